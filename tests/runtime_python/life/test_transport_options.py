"""Options about what carries the frames, and the event loop under it."""

import argparse
import asyncio
import sys
from pathlib import Path
from types import ModuleType

import pytest
from certificates import certified
from rtgen_runtime.errors import UsageError
from rtgen_runtime.running import Reload
from rtgen_runtime.transport_options import add_transport_options, run, tls_of
from rtgen_runtime.transports.serving import DEFAULT


def given(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_transport_options(parser)
    return parser.parse_args(arguments)


def test_the_transport_is_one_of_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert given().transport == DEFAULT
    assert given("--transport", "websockets").transport == "websockets"
    with pytest.raises(SystemExit):
        given("--transport", "pigeons")
    assert "native" in capsys.readouterr().err


def test_without_options_there_is_no_tls() -> None:
    assert tls_of(given(), []) is None
    with pytest.raises(UsageError, match="needs --tls-certificate"):
        tls_of(given("--tls-key", "x"), [])


def test_certificates_are_read_and_read_again(tmp_path: Path) -> None:
    file = certified(tmp_path).file
    reloads: list[Reload] = []
    assert tls_of(given("--tls-certificate", str(file)), reloads) is not None
    (reload,) = reloads
    reload()
    file.write_text("no certificate")
    with pytest.raises(UsageError, match=r"can.t use .*both\.pem"):
        reload()
    with pytest.raises(UsageError, match="No such file"):
        tls_of(given("--tls-certificate", str(tmp_path / "none")), [])


@pytest.mark.parametrize("installed", [True, False])
def test_uvloop_is_used_where_it_is_installed(installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[asyncio.AbstractEventLoop] = []
    module = ModuleType("uvloop")

    def new_event_loop() -> asyncio.AbstractEventLoop:
        made.append(asyncio.new_event_loop())
        return made[-1]

    module.new_event_loop = new_event_loop  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "uvloop", module if installed else None)
    seen: list[asyncio.AbstractEventLoop] = []

    async def main() -> None:
        seen.append(asyncio.get_running_loop())

    run(given(), main())
    run(given("--event-loop", "asyncio"), main())
    assert made == seen[: len(made)]
    assert len(made) == (1 if installed else 0)
