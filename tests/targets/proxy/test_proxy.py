"""What the target `proxy` writes follows from the contract, and nothing of a contract escapes into it."""

import re
from pathlib import Path

import pytest

from rtgen.api import load_contract
from rtgen.targets.proxy.target import TARGET
from rtgen.targets.target import TargetRequest
from rtgen.targets.text import conf_comment, conf_word

_CONTRACT = """
rtgen: 1
contract: my-chat
version: 1.2.3
description: Some.
heartbeat: {{ every: {every}, slack: {slack} }}
channels:
  lobby: {{ address: lobby, description: Everybody, events: {{ hi: {{ from: server, description: Hi. }} }} }}
"""


def written(folder: Path, every: str = "25s", slack: str = "10s", **options: str | bool) -> dict[str, str]:
    spec = folder / "my-chat.yaml"
    spec.write_text(_CONTRACT.format(every=every, slack=slack), encoding="utf-8")
    said = {each.name: each.default for each in TARGET.options} | options
    result = TARGET.generate(TargetRequest(load_contract(spec, folder), "0.0.0", said))
    return {file.path.name: file.text for file in result.files}


@pytest.mark.parametrize(("every", "slack", "idle"), [("25s", "10s", 60), ("1500ms", "1s", 4), ("2m", "30s", 270)])
def test_idle_times_are_two_heartbeats_and_the_slack(tmp_path: Path, every: str, slack: str, idle: int) -> None:
    files = written(tmp_path, every, slack)
    assert f"proxy_read_timeout {idle}s;" in files["nginx.conf"]
    assert f"proxy_send_timeout {idle}s;" in files["nginx.conf"]
    assert f"timeout tunnel {idle}s " in files["haproxy.cfg"]


def test_names_that_a_proxy_would_not_take_are_respelt(tmp_path: Path) -> None:
    files = written(tmp_path)
    assert "upstream my_chat_nodes {" in files["nginx.conf"]
    assert "backend my_chat_nodes" in files["haproxy.cfg"]


def test_nothing_is_said_of_what_was_not_asked_for(tmp_path: Path) -> None:
    for text in written(tmp_path).values():
        assert not any(word in text for word in ("ssl_", " ssl", "publish", "may_connect", "origin"))


@pytest.mark.parametrize("name", [each.name for each in TARGET.options if each.pattern])
@pytest.mark.parametrize("value", ["a b;", "a{b}c d", "x\ny", '"', "$host", "#", "a\\", "%[src]", "'"])
def test_options_that_would_be_more_than_a_word_are_refused(name: str, value: str) -> None:
    (option,) = (each for each in TARGET.options if each.name == name)
    assert not re.fullmatch(option.pattern, value)


@pytest.mark.parametrize("value", ["a b", "a;", "{", "$x", "#", '"', "'", "\\", "\n", "%", "é"])
def test_a_word_of_a_configuration_is_one(value: str) -> None:
    with pytest.raises(ValueError, match="no word"):
        conf_word(value)


def test_a_comment_never_ends_early() -> None:
    assert conf_comment("one\ntwo \\\nthree\u2028four") == "# one\n# two\n# three\n# four"
