import json

import pytest
from click.testing import CliRunner, Result

from rtgen.api import all_rules
from rtgen.cli.main import main
from rtgen.versions import breaking_rules


def rtgen(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_explain_says_what_why_and_what_to_write() -> None:
    done = rtgen("explain", "contract-description")
    assert done.exit_code == 0
    assert done.output == (
        "contract-description: warning, only in `strict`\n"
        "  A contract without a `description`.\n"
        "  why: It is the first sentence of the generated packages and of their documentation.\n"
        "  help: Add `description:` with one sentence: who talks to whom, about what.\n"
        "\n"
        "It speaks of:\n"
        "  title: Team chat\n"
        "\n"
        "It is silent on:\n"
        "  title: Team chat\n"
        "  description: Rooms with typed messages and a short history.\n"
        "\n"
        "In rtgen.yaml it can be `off`, `info`, `warning` or `error`:\n"
        "  lint: { rules: { contract-description: off } }\n"
    )


@pytest.mark.parametrize("rule", [each.id for each in all_rules()])
def test_every_rule_is_explained(rule: str) -> None:
    assert rtgen("explain", rule).output.startswith(f"{rule}: ")


@pytest.mark.parametrize("rule", [each.id for each in breaking_rules()])
def test_every_rule_about_two_versions_is_explained(rule: str) -> None:
    said = rtgen("explain", rule).output
    assert said.startswith(f"{rule}: ")
    assert "It breaks somebody:\n  # before\n" in said


def test_an_unknown_rule_gets_the_nearest_name() -> None:
    done = rtgen("explain", "unknown-keys")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "There is no rule `unknown-keys`. Did you mean `unknown-key`?\n"
    assert "Did you mean `event-removed`?" in rtgen("explain", "event-remove").stderr
    assert "`rtgen rules` lists them." in rtgen("explain", "zzz").stderr


def test_rules_are_listed_for_people_and_programs() -> None:
    text = rtgen("rules").output
    said = json.loads(rtgen("rules", "--format", "json").output)
    listed = said["rules"]
    assert [each["id"] for each in said["breaking"]] == [each.id for each in breaking_rules()]
    assert all(f"  {each['id']} " in text for each in said["breaking"])
    assert [each["id"] for each in listed] == [each.id for each in all_rules()]
    assert all(f"  {each['id']} " in text for each in listed)
    strict = next(each for each in listed if each["id"] == "contract-description")
    assert strict["sets"] == ["strict"]
    assert strict["good"].startswith("title:")
