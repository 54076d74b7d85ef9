from pathlib import Path

import pytest
from small_contracts import HEAD, contract, read, rules, with_payload

from rtgen.api import ContractError, load_contract
from rtgen.contract.model import (
    ClientEvent,
    Heartbeat,
    History,
    Limits,
    RelayEvent,
    ServerEvent,
)
from rtgen.schema.deprecation import Deprecation
from rtgen.schema.types import NullType, RefType, StringType

ROOT = Path(__file__).resolve().parent.parent.parent


def channel(events: str, before: str = "", more: str = "") -> str:
    return f"{HEAD}{before}channels:\n  room:\n    address: room\n{more}    events:\n{events}"


def test_the_chat_is_clean_and_says_what_it_says() -> None:
    made = load_contract(ROOT / "specs" / "chat.yaml", ROOT)
    assert (made.name, made.version, made.source) == ("chat", "1.0.0", "specs/chat.yaml")
    lobby, room = made.channels
    assert (lobby.parameters, lobby.history) == ((), None)
    assert room.history == History(1000, 30 * 86400.0)
    assert [each.name for each in room.parameters] == ["roomId"]
    assert [each.name for each in room.client_events] == ["send", "seen"]
    assert [each.name for each in room.relays] == ["typing"]
    assert [(each.name, each.recorded) for each in room.server_events] == [("posted", True), ("readers", False)]
    send = room.client_events[0]
    assert (send.payload, send.reply) == (RefType("RoomSendPayload"), RefType("Message"))
    assert (send.errors, send.timeout, send.is_request) == (("muted",), 10.0, True)
    assert made.unserved == ()
    assert len(made.hash) == 16


def test_the_three_kinds_of_events() -> None:
    made = contract(
        channel(
            "      ask: { description: A., from: client, reply: { type: 'null' }, timeout: 500ms }\n"
            "      tell: { description: A., from: client, deprecated: { since: 1.1.0, use: ask } }\n"
            "      pass: { description: A., from: client, relay: true }\n"
            "      hear: { description: A., from: server }\n"
        ).replace("1.1.0", "'1.1.0'")
    )
    ask, tell, passed, hear = made.channels[0].events
    assert isinstance(ask, ClientEvent)
    assert (ask.reply, ask.timeout, ask.payload) == (NullType(), 0.5, None)
    assert isinstance(tell, ClientEvent)
    assert (tell.is_request, tell.deprecation) == (False, Deprecation("1.1.0", "", "ask"))
    assert isinstance(passed, RelayEvent)
    assert isinstance(hear, ServerEvent)


def test_limits_and_heartbeat_have_units() -> None:
    before = "limits: { frame: 128KiB, channels: 5, outbox: 4096 }\nheartbeat: { every: 1m }\n"
    made = contract(channel("      hear: { description: A., from: server }\n", before))
    assert made.limits == Limits(131_072, 5, 4096)
    assert made.heartbeat == Heartbeat(60.0, 10.0)


def test_parameters_stand_in_the_order_of_the_address_and_are_never_empty() -> None:
    made = contract(
        HEAD
        + "channels:\n  room:\n    address: a/{two}/{one}\n    parameters:\n      one: { type: string }\n"
        + "      two: { $ref: '#/schemas/Id' }\n    events: {}\nschemas: { Id: { type: string, maxLength: 5 } }\n"
    )
    assert [(each.name, each.type) for each in made.channels[0].parameters] == [
        ("two", StringType(1, 5)),
        ("one", StringType(1)),
    ]


def test_the_hash_is_of_the_meaning_not_of_the_spelling() -> None:
    one = contract(with_payload("{ type: string, maxLength: 5 }"))
    other = contract("# words\n" + with_payload('{ maxLength: 5.0, "type": "string" }'))
    third = contract(with_payload("{ type: string, maxLength: 6 }"))
    assert one.hash == other.hash
    assert one == other
    assert one.hash != third.hash


def test_other_files_below_the_contract_can_be_referred_to(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "a.yaml").write_text(
        "schemas:\n  A: { type: object, properties: { b: { $ref: 'b.yaml#/schemas/B' } } }\n"
    )
    (tmp_path / "parts" / "b.yaml").write_text("schemas:\n  B: { type: string, maxLength: 2 }\n")
    path = tmp_path / "demo.yaml"
    path.write_text(with_payload("{ $ref: './parts/a.yaml#/schemas/A' }"))
    first = load_contract(path)
    assert [each.name for each in first.types] == ["A", "B"]
    (tmp_path / "parts" / "b.yaml").write_text("schemas:\n  B: { type: string, maxLength: 3 }\n")
    assert load_contract(path).hash != first.hash


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("schemas: { A: { type: string } }\n")
    folder = tmp_path / "specs"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "demo.yaml").write_text(with_payload("{ $ref: './link.yaml#/schemas/A' }"))
    with pytest.raises(ContractError, match="outside the contract's folder"):
        load_contract(folder / "demo.yaml")


def test_every_construct_of_the_language_is_accepted_and_kept() -> None:
    resolved = read((Path(__file__).parent / "everything.yaml").read_text(encoding="utf-8"))
    assert [f"{each.span}: {each.message}" for each in resolved.findings] == []
    assert resolved.contract is not None
    unserved = {each.construct: each.unsafe for each in resolved.contract.unserved}
    assert unserved == {"requirements": False}
    assert resolved.contract.channels[0].on_broker_loss == "refuse"
    topic, layout = resolved.contract.flags
    assert (topic.percent, topic.default, topic.values) == (50.0, "", (False, "a", "b"))
    assert [(each.name, each.weight) for each in topic.variants] == [("a", 1.0), ("b", 3.0)]
    assert (layout.percent, layout.default, layout.values) == (12.5, "wide", ("wide", "narrow"))
    assert resolved.contract.channels[0].events[-1].flag == "newTopic"
    assert resolved.contract.removed == ("lounge",)
    assert resolved.contract.channels[0].was == ("chamber",)
    assert [each.since for each in resolved.contract.channels[0].events][-1] == "1.2.0"
    assert resolved.contract.errors[0].since == "1.1.0"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("[]", "wrong-type"),
        (
            channel("      hear: { description: A., from: server }\n").replace("address: room", "address: 'a//b'"),
            "bad-address",
        ),
        (
            channel("      hear: { description: A., from: server }\n").replace("address: room", "address: 'a/{}'"),
            "bad-address",
        ),
        (channel("      constructor.x: { description: A., from: server }\n"), "bad-name"),
        (channel("      '': { description: A., from: server }\n"), "bad-name"),
        (channel(f"      {'a' * 300}: {{ description: A., from: server }}\n"), "bad-name"),
        (channel("      é: { description: A., from: server }\n"), "bad-name"),
        (channel("      hear: { description: A., from: server, recorded: true, flag: f }\n"), "misplaced-key"),
        (channel("      hear: { description: A., from: client, relay: true, reply: true }\n"), "misplaced-key"),
        (channel("      hear: { description: A., from: client, reply: true, timeout: 10 }\n"), "wrong-type"),
        (channel("      hear: { description: A., from: client, reply: true, timeout: 10 s }\n"), "wrong-value"),
        (
            channel("      hear: { description: A., from: server, payload: { type: string }, examples: [5] }\n"),
            "invalid-example",
        ),
        (HEAD.replace("rtgen: 1", "rtgen: 2") + "channels: {}\n", "wrong-value"),
        (HEAD.replace("demo", "Demo") + "channels: {}\n", "wrong-value"),
        (HEAD.replace("demo", "../demo") + "channels: {}\n", "wrong-value"),
    ],
)
def test_each_mistake_is_one_finding(text: str, rule: str) -> None:
    assert rules(text) == [rule]


def test_many_channels_are_compared_only_where_they_could_meet() -> None:
    channels = "".join(
        f"  c{n}: {{ address: 'c{n}/{{id}}', parameters: {{ id: {{ type: string }} }}, events: {{}} }}\n"
        for n in range(300)
    )
    assert rules(HEAD + "channels:\n" + channels) == []
    clash = "  last: { address: '{id}/x', parameters: { id: { type: string } }, events: {} }\n"
    assert rules(HEAD + "channels:\n" + channels + clash) == ["address-overlap"] * 300
    assert rules(HEAD + "channels:\n" + clash + channels) == ["address-overlap"] * 300


def test_an_earlier_name_belongs_to_one() -> None:
    text = HEAD + (
        "channels:\n  room:\n    address: room\n    events:\n"
        "      one: { description: A., from: client, was: zero }\n"
        "      two: { description: A., from: client, was: zero }\n"
    )
    assert rules(text) == ["removed-name"]


def test_what_records_refuses_when_the_broker_is_lost_unless_it_says_otherwise() -> None:
    posted = "      posted: { from: server, recorded: true }\n"
    history = "    history: { keep: 10, for: 1h }\n"
    assert contract(channel("      hint: { from: server }\n")).channels[0].on_broker_loss == "local"
    assert contract(channel(posted, more=history)).channels[0].on_broker_loss == "refuse"
    said = contract(channel(posted, more=f"{history}    onBrokerLoss: local\n"))
    assert said.channels[0].on_broker_loss == "local"
    (finding,) = read(channel(posted, more=f"{history}    onBrokerLoss: ignore\n")).findings
    assert (finding.rule, finding.hint) == ("wrong-value", "Known here: `local`, `refuse`.")
