"""`rtgen check --fix` and `--fail-on`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rtgen.cli.main import main

HEAD = "rtgen: 1\ncontract: demo\nversion: 1.0.0\n"
GOOD = HEAD + (
    "errors:\n  muted: { description: They may not post. }\n"
    "channels:\n  room:\n    address: room\n    events:\n"
    "      send: { description: Say it., from: client, reply: { type: 'null' }, errors: [muted] }\n"
)


def rtgen(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def repaired(project: Path, data: bytes) -> bytes:
    path = project / "demo.yaml"
    path.write_bytes(data)
    assert rtgen("check", "demo.yaml", "--fix").exit_code == 0
    return path.read_bytes()


def test_slips_of_the_keyboard_are_corrected_in_turns(project: Path) -> None:
    wrong = GOOD.replace("address", "adress").replace("from: client", "form: 'clinet'").replace("[muted]", "[mutd]")
    (project / "demo.yaml").write_text(wrong, encoding="utf-8")
    done = rtgen("check", "demo.yaml", "--fix")
    assert (done.exit_code, done.output) == (0, "demo.yaml: repaired 4 findings\nno findings (1 contract read)\n")
    assert (project / "demo.yaml").read_text(encoding="utf-8") == GOOD


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version: 1.0.0 # rtgen-ignore: sunset-passed until 2999-01-01 because of nothing", "version: 1.0.0"),
        ("version: 1.0.0\n  # rtgen-ignore: sunset-passed until 2999-01-01 because of nothing", "version: 1.0.0"),
        ("version: 1.0.0\n# kept\n# rtgen-ignore: * until 2999-01-01 because of nothing", "version: 1.0.0\n# kept"),
    ],
)
def test_a_comment_that_ignores_nothing_goes(project: Path, before: str, after: str) -> None:
    wrong = GOOD.replace("version: 1.0.0", before)
    assert repaired(project, wrong.encode()).decode() == GOOD.replace("version: 1.0.0", after)


@pytest.mark.parametrize(("mark", "end"), [("", "\r\n"), ("\ufeff", "\n"), ("\ufeff", "\r\n"), ("", "\r")])
def test_line_ends_and_the_mark_at_the_beginning_stay(project: Path, mark: str, end: str) -> None:
    wrong = (mark + GOOD.replace("from:", "frm:")).replace("\n", end)
    assert repaired(project, wrong.encode()).decode() == (mark + GOOD).replace("\n", end)


@pytest.mark.parametrize(
    "wrong",
    [
        GOOD.replace("[muted]", "[banned]"),  # nothing is near
        GOOD.replace("from: client", "from: client, fron: client"),  # what is near stands there already
        GOOD.replace("from:", "frm:").replace("\n", "\r\n", 3),  # line ends of two kinds
    ],
)
def test_what_needs_judgement_stays(project: Path, wrong: str) -> None:
    path = project / "demo.yaml"
    path.write_bytes(wrong.encode())
    done = rtgen("check", "demo.yaml", "--fix")
    assert done.exit_code == 1
    assert "repaired" not in done.output
    assert path.read_bytes() == wrong.encode()


def test_a_configuration_is_repaired_too(project: Path) -> None:
    (project / "demo.yaml").write_text(GOOD, encoding="utf-8")
    (project / "rtgen.yaml").write_text("spec: [demo.yaml]\ntargets: { fake: { out: build } }\n", encoding="utf-8")
    assert rtgen("check", "--fix").output == "rtgen.yaml: repaired 1 finding\nno findings (1 contract read)\n"


def test_a_misspelt_reference_is_corrected_in_quotes(project: Path) -> None:
    schemas = "schemas:\n  Message: { description: What is said., type: object }\nchannels:"
    good = GOOD.replace("channels:", schemas).replace("{ type: 'null' }", "{ $ref: '#/schemas/Message' }")
    assert repaired(project, good.replace("/Message'", "/Mesage'").encode()).decode() == good
    wrong = good.replace("'#/schemas/Message'", '"#/schemas/message"')
    assert repaired(project, wrong.encode()).decode() == good


PAYLOAD = (
    "payload: { type: object, required: [body], properties: { body: { type: string, maxLength: 9, format: date } } }"
)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("required: [body]", "required: [bdy]"),
        ("maxLength", "maxLenght"),
        ("type: string", "type: strnig"),
        ("format: date", "format: dtae"),
    ],
)
def test_slips_in_a_schema_are_corrected(project: Path, right: str, wrong: str) -> None:
    good = GOOD.replace("reply:", f"{PAYLOAD}, reply:")
    assert right in good
    assert repaired(project, good.replace(right, wrong).encode()).decode() == good


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{ enum: [card] }", "{ const: card }"),
        ("{ type: string, enum: ['on'] }", '{ type: string, const: "on" }'),
        ("{ enum: [1] }", "{ const: 1 }"),
        ("{ enum: ['a b'] }", '{ const: "a b" }'),
    ],
)
def test_an_enum_of_one_becomes_a_constant(project: Path, before: str, after: str) -> None:
    kept = GOOD.replace("reply:", "payload: { type: object, properties: { kind: %s } }, reply:")
    assert repaired(project, (kept % before).encode()).decode() == kept % after


def test_an_enum_over_several_lines_may_hold_a_comment_and_stays(project: Path) -> None:
    kept = GOOD.replace(
        "reply:", "payload: { type: object, properties: { kind: { enum: [ # more to come\n card] } } }, reply:"
    )
    assert repaired(project, kept.encode()).decode() == kept


def test_a_misspelt_rule_is_corrected(project: Path) -> None:
    (project / "demo.yaml").write_text(GOOD, encoding="utf-8")
    config = "specs: [demo.yaml]\ntargets: { fake: { out: build } }\nlint: { rules: { event-desciption: error } }\n"
    (project / "rtgen.yaml").write_text(config, encoding="utf-8")
    assert rtgen("check", "--fix").output.startswith("rtgen.yaml: repaired 1 finding\n")
    assert "event-description: error" in (project / "rtgen.yaml").read_text(encoding="utf-8")


def test_nothing_is_repaired_unasked(project: Path) -> None:
    wrong = GOOD.replace("from:", "frm:")
    (project / "demo.yaml").write_text(wrong, encoding="utf-8")
    assert rtgen("check", "demo.yaml").exit_code == 1
    assert (project / "demo.yaml").read_text(encoding="utf-8") == wrong


def test_warnings_fail_when_asked_to(project: Path) -> None:
    (project / "demo.yaml").write_text(GOOD.replace("description: Say it., ", ""), encoding="utf-8")
    assert rtgen("check", "demo.yaml").exit_code == 0
    assert rtgen("check", "demo.yaml", "--fail-on", "warning").exit_code == 1
    (project / "demo.yaml").write_text(GOOD, encoding="utf-8")
    assert rtgen("check", "demo.yaml", "--fail-on", "warning").exit_code == 0
