"""V16: the table of household sizes that everybody may see, from the full one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_ENOUGH, _TAIL, _X = 5, 7, "x"


def public_sizes(fairness: Sequence[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """Group the sizes and strike out what would count a few households out."""
    sums: dict[str, list[int]] = {}
    for kind, group, *rest in fairness:
        figures = [int(str(rest[i])) for i in (0, 1, 2, 5, 6)]
        if kind == "personen":
            name = f"{_TAIL}+" if int(str(group)) >= _TAIL else str(group)
        elif kind == "totaal":
            name = ""
        else:
            continue
        sums[name] = [a + b for a, b in zip(figures, sums.get(name, [0] * 5), strict=True)]
    whole = sums.pop("")
    # Households of a group; then those of them without a dwelling in view.
    homes = {name: (own[0], own[1]) for name, own in sums.items()}
    gone, is_known = _struck(homes, {name for name, n in homes.items() if 0 < min(n) < _ENOUGH})
    bare = {name: (own[0] - own[2], 0) for name, own in sums.items()}
    few = {
        name for name, own in sums.items() if 0 < own[0] - own[2] < _ENOUGH or 0 < own[2] < _ENOUGH
    }
    dark, is_told = _struck(bare, gone | few, nobody_is_secret=False)
    dark = dark if is_told else set(sums)
    for name, own in sums.items():
        yield _line(name, own, name in gone, name in dark)
    yield _line("totaal", whole, not is_known, len(dark) == len(sums))


def _line(name: str, own: list[int], is_gone: bool, is_dark: bool) -> tuple[object, ...]:
    homes, _, housed, fit, best = own
    if is_gone:
        return name, _X, _X, _X
    # A half goes up: floor(100 f/b + 1/2).
    return name, homes, _X if is_dark else housed, (fit * 200 // best + 1) // 2 if best > 0 else ""


def _struck(
    counts: dict[str, tuple[int, int]], gone: set[str], nobody_is_secret: bool = True
) -> tuple[set[str], bool]:
    """Strike out the least of the others until the sum no longer betrays what is gone."""
    left = sorted(
        (own, name)
        for name, own in counts.items()
        if name not in gone and (own[0] > 0 or not nobody_is_secret)
    )
    gone = set(gone)
    while gone:
        total = sum(counts[name][0] for name in gone)
        if len(gone) > 1 and total - len(gone) + 1 >= _ENOUGH:
            break
        if total == 0 and not nobody_is_secret:
            break
        if not left:
            return gone, False
        gone.add(left.pop(0)[1])
    return gone, True
