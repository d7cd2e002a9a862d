"""What every test shares: no network, no home folder, and one run of the main job."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.cli.calling import Ran, spawn

# A shell that starts the suite in the background has the interrupt ignored, and every child of
# ours would inherit that; the tests of interruption want what a user at a terminal has.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A slow or busy machine is no failure.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def neither_network_nor_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            raise AssertionError(f"a test reached for the network: {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The main job, once, as a newcomer runs it: the command in a bare clone.

    The folder is shared: a test that changes it works on a copy.
    """
    out = tmp_path_factory.mktemp("demo") / "out"
    return spawn("demo", "--out", out)


@pytest.fixture
def demo_folder(demo: Ran) -> Path:
    assert demo.code == 0, demo.err
    return demo.folder
