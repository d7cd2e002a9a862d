"""Around the job: generate, doctor and the drafts for the Algorithm Register."""

from __future__ import annotations

from pathlib import Path

import click

from allocator.commands.options import out_option
from allocator.commands.session import Session, common
from allocator.words import text


@click.command(help="help_generate")
@click.option("--municipalities", type=click.IntRange(1, 100_000), help="opt_municipalities")
@click.option("--base", type=click.Path(path_type=Path), help="opt_base")
@click.option("--households", type=click.IntRange(1, 10_000_000), help="opt_households")
@click.option("--seed", type=click.IntRange(0, 2**62), default=1, help="opt_seed")
@out_option()
@common
def generate(
    session: Session,
    municipalities: int | None,
    base: Path | None,
    households: int | None,
    seed: int,
    out: Path,
) -> int:
    """Make a synthetic instance."""
    from allocator import generating
    from allocator.reading.instance import find_instance

    if (municipalities is None) == (base is None):
        raise click.UsageError(text("generate_one_base", session.lang))
    session.step("step_generate")
    if base is not None:
        stand = generating.base_from_instance(find_instance(base))
    else:
        stand = generating.synthetic_base(municipalities or 1, seed)
    tables = generating.generate_tables(stand, households, seed)
    generating.write_instance(tables, generating.instance_settings(stand, households, seed), out)
    rows = {name: len(own) for name, own in tables.items()}
    line = text("screen_generated", session.lang, out=out, households=rows["huishoudens"])
    session.say([line], {"exit_code": 0, "out": str(out), "rows": rows})
    return 0


@click.command(help="help_doctor")
@common
def doctor(session: Session) -> int:
    """Solve a tiny model on every engine."""
    from models.solver.selftest import engines

    found = engines()
    lines = [f"{name} {number}: {'ok' if works else '-'}" for name, number, works in found]
    session.say(lines, {"engines": [list(engine) for engine in found]})
    return 0 if all(works for _, _, works in found) else 7


@click.command(help="help_register")
@click.option("--organisation", default="", help="opt_organisation")
@click.option("--contact", default="", help="opt_contact")
@out_option()
@common
def register(session: Session, organisation: str, contact: str, out: Path) -> int:
    """Write drafts for the Algorithm Register."""
    from allocator.governance import write_register

    names = write_register(out, organisation, contact)
    line = text("screen_register", session.lang, out=out)
    session.say([line, *names], {"exit_code": 0, "out": str(out), "files": names})
    return 0


@click.command(help="help_materials")
@common
def materials(session: Session) -> int:
    """List what the program is made of, with licences."""
    import json
    from importlib.metadata import PackageNotFoundError

    from allocator import materials as made

    try:
        content = json.loads(made.bill_of_materials())
    except PackageNotFoundError:
        raise click.UsageError(text("materials_not_installed", session.lang)) from None
    lines = [f"{part.name} {part.version}: {part.licence or '?'}" for part in made.parts()]
    session.say(lines, content)
    return 0


COMMANDS = (generate, doctor, register, materials)
