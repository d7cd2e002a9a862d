"""A run that is broken off: the prompt is back, nothing is written, nothing keeps running."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.calling import COMMAND, call, environment, tree

WORD = {"step_swap": "uitruil zoeken", "step_link": "koppelingen zoeken"}
PATIENCE_SECONDS = 120
PROMPT_SECONDS = 5  # promised: two, on a machine that does nothing else


def broken_off(number: int, word: str, out: Path) -> tuple[int, str, float]:
    """Run the main job on a terminal and send a signal once ``word`` is on it."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "demo", "--out", str(out)],
        env=environment() | {"TERM": "xterm", "COLUMNS": "100"},
        stdout=subprocess.DEVNULL,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    seen = read_until(master, word)
    process.send_signal(number)
    sent = time.monotonic()
    seen += read_until(master, None)
    code = process.wait(timeout=PATIENCE_SECONDS)
    took = time.monotonic() - sent
    os.close(master)
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    return code, seen, took


def read_until(master: int, word: str | None) -> str:
    """What appears on the terminal, up to a word or its end."""
    seen = b""
    while word is None or word.encode() not in seen:
        ready, _, _ = select.select([master], [], [], PATIENCE_SECONDS)
        assert ready, f"nothing more on the terminal; so far: {seen!r}"
        try:
            more = os.read(master, 65_536)
        except OSError:  # the other end is closed
            more = b""
        if not more:
            assert word is None, f"ended before {word!r}: {seen!r}"
            break
        seen += more
    return seen.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("number", "code", "step"),
    [(signal.SIGTERM, 143, "step_link"), (signal.SIGINT, 130, "step_swap")],
)
def test_a_broken_off_run_leaves_no_trace(
    number: int, code: int, step: str, tmp_path: Path
) -> None:
    ended, seen, took = broken_off(number, WORD[step], tmp_path / "uit")
    assert ended == code
    assert "er is niets geschreven" in seen
    assert "Traceback" not in seen
    assert list(tmp_path.iterdir()) == []
    assert took < PROMPT_SECONDS


def test_a_broken_off_run_leaves_the_old_result_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    assert call("quota", "tiny-quota", "--out", out).code == 0
    before = tree(tmp_path)
    ended, seen, took = broken_off(signal.SIGINT, WORD["step_link"], out)
    assert ended == 130
    assert "er is niets geschreven" in seen
    assert "Traceback" not in seen
    assert tree(tmp_path) == before
    assert took < PROMPT_SECONDS
