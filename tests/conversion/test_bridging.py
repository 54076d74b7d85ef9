"""Two versions of a contract: what is done between them, and what stands against it."""

import pytest
from small_contracts import contract, from_pieces

from rtgen.contract.model import Contract
from rtgen.conversion.bridging import plan_version
from rtgen.conversion.steps import Call, Fields, Fill, Move, Values
from rtgen.conversion.versions import ChannelPlan, ErrorPlan, Heard, Kept, PresencePlan, Sent, VersionPlan
from rtgen.schema.types import ObjectType


def planned(old: str, new: str) -> VersionPlan:
    return plan_version(from_pieces(old), from_pieces(new))


def obstacles(old: str, new: str) -> list[str]:
    return [str(each) for each in planned(old, new).obstacles]


def event(payload: str, kind: str = "from: client") -> str:
    return f"events:\n  say: {{ {kind}, payload: {payload} }}\n"


def props(text: str, more: str = "") -> str:
    return f"{{ type: object, {more} properties: {{ {text} }} }}"


FROM_SERVER = "from: server"
RECORDED = "from: server, recorded: true"
HISTORY = "history: { keep: 9, for: 1d }\n"


def test_what_is_the_same_needs_nothing() -> None:
    text = event(props("a: { type: string }"))
    plan = planned(text, text)
    assert plan.is_served
    assert (plan.sent, plan.heard, plan.channels, plan.kept, plan.to_now, plan.to_old) == ((), (), (), (), {}, {})


def test_what_is_safe_as_it_is_needs_nothing_either() -> None:
    plan = planned(event(props("a: { type: string }")), event(props("a: { type: string }, b: { type: string }")))
    assert (plan.is_served, plan.sent) == (True, ())


def test_a_renamed_property_is_moved_even_where_both_names_would_be_accepted() -> None:
    plan = planned(event(props("a: { type: string }")), event(props("b: { type: string, was: a }")))
    (sent,) = plan.sent
    assert sent.payload == Call("RoomSayPayload", "RoomSayPayload")
    assert plan.to_now == {sent.payload: Fields(moves=(Move("a", "b"),))}


def test_the_newest_earlier_name_that_the_old_version_has_counts() -> None:
    new = event(props("c: { type: string, was: [b, a] }"))
    for name in ("a", "b"):
        plan = planned(event(props(f"{name}: {{ type: string }}")), new)
        assert [*plan.to_now.values()] == [Fields(moves=(Move(name, "c"),))]
    plan = planned(event(props("a: { type: string }, b: { type: string }")), new)
    assert [*plan.to_now.values()] == [Fields(moves=(Move("b", "c"),))]
    same = planned(event(props("c: { type: string }, a: { type: string }")), new)
    assert same.sent == ()


def test_what_is_needed_now_is_filled_in() -> None:
    plan = planned(event(props("")), event(props("a: { type: string, default: x }", "required: [a],")))
    assert [*plan.to_now.values()] == [Fields(after=(Fill("a", '"x"', always=True),))]
    (why,) = obstacles(event(props("")), event(props("a: { type: string }", "required: [a],")))
    assert why == "room.say payload /a: `a` is needed now, and the old version does not know it"


def test_a_default_that_the_schema_refuses_is_none() -> None:
    schema = "a: { $ref: '#/schemas/Short', default: long }"
    short = "schemas:\n  Short: { type: string, maxLength: 2 }\n"
    assert obstacles(short + event(props("")), short + event(props(schema, "required: [a],")))


def test_the_default_of_a_named_schema_counts() -> None:
    named = "schemas:\n  Short: { type: string, default: en }\n"
    plan = planned(named + event(props("")), named + event(props("a: { $ref: '#/schemas/Short' }", "required: [a],")))
    assert [*plan.to_now.values()] == [Fields(after=(Fill("a", '"en"', always=True),))]


def test_what_may_be_missing_and_is_needed() -> None:
    a = "a: { type: string, default: x }"
    plan = planned(event(props("a: { type: string }")), event(props(a, "required: [a],")))
    assert [*plan.to_now.values()] == [Fields(after=(Fill("a", '"x"'),))]
    plan = planned(event(props("a: { type: string }", "required: [a],"), FROM_SERVER), event(props(a), FROM_SERVER))
    assert [*plan.to_old.values()] == [Fields(before=(Fill("a", '"x"'),))]


def test_what_is_gone_and_needed_by_the_old_version() -> None:
    old = event(props("a: { type: string }", "required: [a],"), FROM_SERVER)
    plan = planned(old, event(props("b: { type: string }", "removed: { a: none },"), FROM_SERVER))
    assert [*plan.to_old.values()] == [Fields(after=(Fill("a", '"none"', always=True),))]
    (why,) = obstacles(old, event(props("b: { type: string }"), FROM_SERVER))
    assert why == "room.say payload /a: `a` is gone, and the old version needs it"
    assert obstacles(old, event(props("b: { type: string }", "removed: { a: 1 },"), FROM_SERVER))


def test_a_closed_object_sees_nothing_that_it_does_not_declare() -> None:
    closed = "additionalProperties: false,"
    old, new = props("a: { type: string }", closed), props("a: { type: string }, b: { type: string }", closed)
    plan = planned(event(old, FROM_SERVER), event(new, FROM_SERVER))
    assert [*plan.to_old.values()] == [Fields(dropped=("b",))]
    new = props("a: { type: string }, b: { type: string }")
    plan = planned(event(old, FROM_SERVER), event(new, FROM_SERVER))
    assert [*plan.to_old.values()] == [Fields(only=("a",))]


def test_values_become_others() -> None:
    old = props("a: { enum: [x, y, z] }")
    new = props("a: { enum: [x, yy, more], earlier: { y: yy, z: x }, instead: { more: yy } }")
    plan = planned(event(old, "from: client, relay: true"), event(new, "from: client, relay: true"))
    assert [*plan.to_now.values()] == [Fields(moves=(Move("a", "a", Values((("y", "yy"), ("z", "x")))),))]
    assert [*plan.to_old.values()] == [Fields(moves=(Move("a", "a", Values((("yy", "y"), ("more", "y")))),))]


def test_values_that_nobody_knows() -> None:
    old, new = props("a: { enum: [x, y] }"), props("a: { enum: [x, z] }")
    assert obstacles(event(old, "from: client, relay: true"), event(new, "from: client, relay: true")) == [
        "room.say payload /a: the version of now does not know `y`",
        "room.say payload /a: the old version does not know `z`",
    ]
    opened = props("a: { anyOf: [{ enum: [x, y] }, { type: string }] }")
    assert obstacles(event(opened, FROM_SERVER), event(new, FROM_SERVER)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a: { type: string }", "a: { type: integer }"),
        ("a: { type: string }", "a: { type: string, maxLength: 3 }"),
        ("a: { type: string, pattern: '^a' }", "a: { type: string, pattern: '^b' }"),
        ("a: { type: [string, 'null'] }", "a: { type: string }"),
        ("a: { type: array, items: { type: string } }", "a: { type: array, items: { type: string }, maxItems: 2 }"),
        (
            "a: { type: array, items: { enum: [x, y] } }",
            "a: { type: array, uniqueItems: true, items: { enum: [z], earlier: { x: z, y: z } } }",
        ),
    ],
)
def test_what_no_converter_can_make_up_for(old: str, new: str) -> None:
    assert obstacles(event(props(old)), event(props(new)))


def test_rules_that_are_kept_do_not_hinder() -> None:
    rule = "dependentRequired: { a: [b] },"
    old = event(props("a: { type: string }, b: { type: string }", rule))
    assert obstacles(old, event(props("a: { type: string }, b: { type: string }, c: { type: string }", rule))) == []
    assert obstacles(old, event(props("a: { type: string }, bb: { type: string, was: b }", rule)))


def test_recursive_types_that_do_not_change_need_nothing() -> None:
    head = "schemas:\n  Node: { type: object, properties: { %s"
    node = head + "in: { type: array, items: { $ref: '#/schemas/Node' } } } }\n"
    say = event("{ $ref: '#/schemas/Node' }")
    assert planned(node % "" + say, node % "x: { type: string }," + say).sent == ()
    plan = planned(node % "x: { type: string }," + say, node % "y: { type: string, was: x }," + say)
    assert [*plan.to_now] == [Call("Node", "Node")]


def test_a_request_of_before_and_of_now() -> None:
    old = "events:\n  say: { from: client, reply: { type: 'null' } }\n"
    assert obstacles(old, "events:\n  say: { from: client }\n") == [
        "room.say reply: it is not answered any more, and old clients wait for an answer"
    ]
    assert planned("events:\n  say: { from: client }\n", old).sent == ()


def test_errors_that_the_old_version_does_not_know() -> None:
    errors = "errors:\n  full: { description: No room. }\n"
    old = errors + "events:\n  say: { from: client, reply: { type: 'null' } }\n"
    new = errors + "events:\n  say: { from: client, reply: { type: 'null' }, errors: [full] }\n"
    assert planned(old, new).sent == (Sent("room.say", "room.say", errors=(("full", None),)),)


def test_events_that_are_gone() -> None:
    old = "events:\n  wave: { from: client }\n  seen: { from: server }\n"
    assert obstacles(old, "events: {}\n") == ["room.wave: clients can't send this event any more"]
    gone = from_pieces("channels:\n  room: { address: room, removed: [wave], events: {} }\n")
    plan = plan_version(from_pieces(old), gone)
    assert (plan.is_served, plan.sent, plan.heard) == (True, (), ())


def test_events_that_are_new() -> None:
    plan = planned("events: {}\n", "events:\n  a: { from: server }\n  b: { from: client, relay: true }\n")
    assert plan.heard == (Heard("room.a", None), Heard("room.b", None))


def test_a_record_under_a_tag_that_meant_another_event() -> None:
    """It moves the position, so it is sent; an old client must not take it for what it knows."""
    old = "channels:\n  room: { address: room, events: { a: { from: client } } }\n"
    new = (
        "channels:\n  room:\n    address: room\n    history: { keep: 9, for: 1d }\n"
        "    events: { a: { from: server, recorded: true }, b: { from: client, was: [a] } }\n"
    )
    plan = plan_version(contract_of(old), contract_of(new.replace(", was: [a]", "")))
    assert plan.heard == (Heard("room.a", "room.a.new"),)


def contract_of(channels: str) -> Contract:
    return contract(f"rtgen: 1\ncontract: demo\nversion: 1.0.0\n{channels}")


def test_channels_with_another_name_and_address() -> None:
    head, rest = "channels:\n  {name}:\n    address: {name}s/{{{id}}}\n", "    events: {{ hi: {{ from: client }} }}\n"
    text = head + "    parameters: {{ {id}: {{ type: string }} }}\n" + rest
    old, new = text.format(name="den", id="id"), text.format(name="room", id="roomId") + "    was: den\n"
    plan = plan_version(contract_of(old), contract_of(new))
    assert plan.channels == (ChannelPlan("room", "dens/{id}", (("roomId", "id"),)),)
    assert plan.sent == (Sent("den.hi", "room.hi"),)


def test_names_of_parameters_are_not_on_the_wire() -> None:
    old = "address: rooms/{id}\nparameters: { id: { type: string } }\nevents: {}\n"
    assert planned(old, old.replace("id", "roomId")).channels == ()
    assert obstacles(old, old.replace("type: string", "type: string, maxLength: 3"))
    assert obstacles(old, "address: rooms\nevents: {}\n") == [
        "room: its address had other parameters: `rooms/{id}` → `rooms`"
    ]


def test_a_channel_that_is_gone() -> None:
    old = contract_of("channels:\n  den: { address: den, events: {} }\n")
    assert [str(each) for each in plan_version(old, contract_of("channels: {}\n")).obstacles] == [
        "den: this channel is gone"
    ]
    assert plan_version(old, contract_of("removed: [den]\nchannels: {}\n")).is_served


def test_presence() -> None:
    old, new = "presence: { type: object, properties: { a: { type: string } } }\nevents: {}\n", "events: {}\n"
    assert obstacles(old, new) == ["room: it has no presence any more"]
    assert planned(new, old).channels == (ChannelPlan("room", presence=PresencePlan(known=False)),)
    plan = planned(old, old.replace("a: { type: string }", "b: { type: string, was: a }"))
    call = Call("RoomPresence", "RoomPresence")
    assert plan.channels == (ChannelPlan("room", presence=PresencePlan(call, call)),)


def test_what_was_kept_is_converted_and_does_not_hinder() -> None:
    old = HISTORY + event(props("a: { type: string }"), RECORDED)
    plan = planned(old, HISTORY + event(props("b: { type: string, was: a }"), RECORDED))
    assert plan.kept == (Kept("room.say", "room.say", Call("RoomSayPayload", "RoomSayPayload")),)
    plan = planned(old, HISTORY + event(props("a: { type: string, maxLength: 3 }"), RECORDED))
    assert plan.is_served
    assert [each.place for each in plan.unread] == ["room.say payload"]


def test_an_error_by_another_code() -> None:
    old = "errors:\n  full: { description: No room. }\n"
    new = "errors:\n  crowded: { description: No room., was: full }\n"
    say = "events:\n  say: {{ from: client, reply: {{ type: 'null' }}, errors: [{}], idempotent: true }}\n"
    plan = planned(old + say.format("full"), new + say.format("crowded"))
    assert plan.sent == (Sent("room.say", "room.say", errors=(("crowded", ErrorPlan("full", None)),)),)
    assert plan.kept == (Kept("room.say", "room.say", errors=(("full", ErrorPlan("crowded", None)),)),)


def test_a_case_that_the_other_version_does_not_have() -> None:
    old, new = props("a: { type: string }"), props("a: { type: [string, 'null'] }")
    assert obstacles(event(old, FROM_SERVER), event(new, FROM_SERVER)) == [
        "room.say payload /a: the old version has no case for `null`"
    ]
    assert obstacles(event(old), event(new)) == []


def test_an_obstacle_stands_at_the_property_of_now() -> None:
    old, new = props("a: { type: string }, in: { enum: [x] }"), props("a: { type: string }, in: { enum: [z] }")
    plan = planned(event(old), event(new))
    (found,) = plan.obstacles
    node = plan.now.types_by_name["RoomSayPayload"].node
    assert isinstance(node, ObjectType)
    assert found.span == node.properties[1].span


def test_a_default_stands_for_null() -> None:
    with_null, without = "a: { type: [string, 'null'], default: x }", "a: { type: string, default: x }"
    plan = planned(event(props("a: { type: [string, 'null'] }")), event(props(without)))
    assert [*plan.to_now.values()] == [Fields(after=(Fill("a", '"x"', null=True),))]
    plan = planned(event(props("a: { type: string }"), FROM_SERVER), event(props(with_null), FROM_SERVER))
    assert [*plan.to_old.values()] == [Fields(before=(Fill("a", '"x"', null=True),))]
    assert obstacles(event(props("a: { type: [string, 'null'] }")), event(props("a: { type: string }")))


def test_what_may_be_null_is_converted_where_it_is_not() -> None:
    node = "schemas:\n  N: {{ type: object, properties: {{ {}: {{ type: string{} }} }} }}\n"
    old = node.format("x", "") + event(props("a: { anyOf: [{ $ref: '#/schemas/N' }, { type: 'null' }] }"))
    new = node.format("y", ", was: x") + event(props("a: { $ref: '#/schemas/N', default: {} }"))
    plan = planned(old, new)
    moved = Fields(moves=(Move("a", "a", Call("N", "N")),), after=(Fill("a", "{}", null=True),))
    assert plan.to_now[Call("RoomSayPayload", "RoomSayPayload")] == moved


def test_null_for_what_is_missing_is_another_default_for_null() -> None:
    """Who may leave it out, or send `null`, is given one text by the one who allows neither."""
    old = event(props("a: { type: [string, 'null'], default: null }"))
    plan = planned(old, event(props("a: { type: string, default: x }", "required: [a],")))
    assert [*plan.to_now.values()] == [Fields(after=(Fill("a", '"x"', null=True), Fill("a", '"x"')))]
