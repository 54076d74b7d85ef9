"""Names that a contract mentions are there; what was removed stays away; messages say what to write."""

import pytest
from small_contracts import HEAD, read

FLAGS = "flags: { beta: { description: New things., percent: 5, variants: [a, b] } }\n"
PAYLOAD = "payload: { type: object, required: [id], properties: { id: { type: string }, at: { type: string } } }"


def contract(event: str = "from: server", *, channel: str = "", top: str = "") -> str:
    return (
        f"{HEAD}{top}channels:\n  room:\n    address: rooms\n{channel}"
        f"    events:\n      note: {{ {event} }}\n      posted: {{ from: server }}\n"
    )


WRONG = [
    (
        contract(top="errors: { a: { description: One., was: c }, b: { description: Two., was: c } }\n"),
        "removed-name",
        "two errors were called `c`",
        "Only one can go on",
    ),
    (
        contract(top="errors: { a: { description: One., was: b }, b: { description: Two. } }\n"),
        "removed-name",
        "this error was called `b`, and there is one of that name",
        "An earlier name",
    ),
    (
        contract("from: server, flag: btea", top=FLAGS),
        "unknown-name",
        "there is no flag `btea`",
        "Did you mean `beta`?",
    ),
    (contract("from: server, flag: beta"), "unknown-name", "there is no flag `beta`", "Declare it: `flags:"),
    (contract(channel="    flag: beta\n"), "unknown-name", "there is no flag `beta`", "Declare it: `flags:"),
    (contract(top=FLAGS.replace("b] }", "b], default: c }")), "unknown-name", "there is no variant `c`", "Known here"),
    (
        contract(top="flags: { beta: { description: New., percent: 5, default: maybe } }\n"),
        "wrong-value",
        "a flag without `variants` can't be `maybe`",
        "Write `false`, or name",
    ),
    (
        contract(top="flags: { beta: { description: New., percent: 5, default: true } }\n"),
        "wrong-value",
        "it can't be `true`",
        "write `percent: 100`",
    ),
    (
        contract("from: server, flag: beta", top=FLAGS.replace("b] }", "b], default: b }")),
        "misplaced-key",
        "nothing can stand behind `beta`",
        "Give it `default: false`",
    ),
    (contract(f"from: server, conflate: {{ key: idd }}, {PAYLOAD}"), "unknown-name", "property `idd`", "mean `id`?"),
    (contract(f"from: server, conflate: {{ key: at }}, {PAYLOAD}"), "unknown-name", "may leave out", "`required`"),
    (contract(f"from: server, latest: {{ key: room }}, {PAYLOAD}"), "unknown-name", "property `room`", "Known here"),
    (contract("from: server, latest: { key: id }"), "unknown-name", "property `id`", "Name a property of the payload."),
    (contract(top="requirements: { traffic: { psted: 5/s } }\n"), "unknown-name", "event `psted`", "`posted`?"),
    (contract(top="requirements: { members: { lobby: 5 } }\n"), "unknown-name", "channel `lobby`", "Known here"),
    (contract(top="requirements: { availability: always }\n"), "wrong-value", "`availability`", "such as `99.9%`"),
    (contract(top="removed: [room]\n"), "removed-name", "the channel `room` was removed", "another name"),
    (contract(channel="    removed: [note]\n"), "removed-name", "the event `note` was removed", "another name"),
    (contract("from: server, was: posted"), "removed-name", "there is one of that name", "second meaning"),
    (contract(channel="    was: room\n"), "removed-name", "there is one of that name", "second meaning"),
    (contract("from: server, since: yesterday"), "wrong-value", "`since`", "such as `1.2.0`"),
    (contract(top="auth: { jwt: { claims: { type: string } } }\n"), "wrong-type", "claims of a token", "type: object"),
    (contract("from: server, recorded: yes"), "wrong-type", "must be true or false", "Write `true`."),
    (contract("from: server, conflate: { by: user }"), "wrong-value", '"user" can\'t be', "Write `sender`."),
    (contract("from: client, limit: 10"), "wrong-type", "`limit` must be", "How often"),
    (contract("from: client, payload: Note"), "wrong-type", "a schema must be an object", "$ref: '#/schemas/Note'"),
    (contract("from: client, payload: { type: date }"), "wrong-value", "`date` is not a type", "format: date"),
    (contract("from: client, payload: { type: bool }"), "wrong-value", "`bool` is not a type", "type: boolean"),
    (contract("from: client, payload: { $ref: #/schemas/Note }"), "yaml-syntax", "not YAML", "Quote what follows"),
]


@pytest.mark.parametrize(("text", "rule", "message", "hint"), WRONG, ids=[each[2] for each in WRONG])
def test_what_is_wrong_is_said_with_what_to_write(text: str, rule: str, message: str, hint: str) -> None:
    (finding,) = read(text).findings
    assert finding.rule == rule
    assert message in finding.message
    assert hint in finding.hint


def test_what_is_right_is_not_told() -> None:
    event = f"from: server, flag: beta, was: remark, since: 1.2.0, latest: {{ key: id }}, {PAYLOAD}"
    top = FLAGS + (
        "requirements: { traffic: { note: 5/s, room.posted: 1/m }, members: { room: 5 }, availability: 99.95% }\n"
        "removed: [lobby]\nauth: { jwt: { claims: { type: object, properties: { sub: { type: string } } } } }\n"
    )
    resolved = read(contract(event, channel="    was: chamber\n    removed: [shout]\n", top=top))
    assert resolved.findings == ()
    assert resolved.contract is not None
