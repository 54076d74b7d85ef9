"""Options about who may come in, how a server ends, and what backends may say."""

import argparse
from pathlib import Path

import pytest
from member_server import Server
from rtgen_runtime.errors import UsageError
from rtgen_runtime.serving_options import VARIABLE, add_serving_options, origins_of, serve_publishing


def given(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_serving_options(parser)
    return parser.parse_args(arguments)


def test_without_options_all_pages_may_connect_and_nothing_is_published() -> None:
    app = Server().app
    assert origins_of(given(), []) is None
    serve_publishing(app, given(), {}, [])
    assert not app.routes.knows("/publish")


def test_origins_come_from_options_and_a_file(tmp_path: Path) -> None:
    file = tmp_path / "origins"
    file.write_text("# pages\n\n https://b.example \n")
    options = ("--origin", "https://a.example", "--no-origin", "--origin-file", str(file))
    assert origins_of(given(*options), []) == ["https://a.example", None, "https://b.example"]
    assert origins_of(given(*options[:2]), []) == ["https://a.example"]


def test_a_token_comes_from_a_file_or_the_environment(tmp_path: Path) -> None:
    app = Server().app
    serve_publishing(app, given(), {VARIABLE: "t" * 32}, [])
    assert app.routes.knows("/publish")
    file = tmp_path / "token"
    file.write_text("short\n")
    with pytest.raises(UsageError, match="at least 32"):
        serve_publishing(app, given("--publish-token-file", str(file)), {}, [])


def test_what_can_not_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "none")
    with pytest.raises(UsageError, match="can't read"):
        origins_of(given("--origin-file", missing), [])
    with pytest.raises(UsageError, match="can't read"):
        serve_publishing(Server().app, given("--publish-token-file", missing), {}, [])
    with pytest.raises(SystemExit):
        given("--drain-window", "-1")
    assert "0 to 3600 seconds" in capsys.readouterr().err
    assert given("--drain-window", "2.5").drain_window == 2.5
