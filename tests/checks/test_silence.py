"""What looks like a mistake at first and is none: a rule that speaks here would be turned off, and then help nobody."""

from datetime import date

import pytest
from small_contracts import from_pieces

from rtgen.checks.registry import rules
from rtgen.checks.run import check
from rtgen.checks.settings import Settings

DAY = date(2026, 1, 1)


def server(properties: str) -> str:
    return f"events:\n  sat: {{ from: server, payload: {{ type: object, properties: {{ {properties} }} }} }}\n"


def client(properties: str) -> str:
    return server(properties).replace("server", "client")


CASES = [
    ("description-repeats-name", "events:\n  sat: { from: server, description: 'Кто-то сел.' }\n"),
    ("description-repeats-name", "events:\n  sat: { from: server, description: 座りました。 }\n"),
    ("description-repeats-name", "events:\n  sat: { from: server, description: Somebody sat down. }\n"),
    ("confusable-name", server("kind: { enum: [\u03b1-helix, '\u03b2 sheet', naïve, 'км', 'km'] }")),
    ("secret-from-server", server("nextPageToken: { type: string }, pin: { type: string }, tokens: { type: integer }")),
    ("money-as-number", server("priceLevel: { type: number }, discount: { type: number }, total: { type: integer }")),
    ("date-without-format", server("format: { type: string }, update: { type: string }, chat: { type: string }")),
    ("id-without-format", server("paid: { type: string }, grid: { type: string }")),
    ("property-case", server("id: { type: integer }, sentAt: { type: integer }, x1: { type: integer }")),
    ("enum-value-case", server("kind: { enum: [info, warning, error, 'not found', 404] }")),
    ("enum-single-value", server("kind: { const: card }, sort: { anyOf: [{ enum: [asc] }, { type: string }] }")),
    ("optional-and-nullable", server("name: { type: string }")),
    ("payload-not-object", "events:\n  sat: { from: server }\n  left: { from: client, reply: { type: 'null' } }\n"),
    ("string-unbounded", client("a: { type: string, pattern: '^(on|off)$' }, b: { type: string, format: date-time }")),
    ("string-unbounded", server("a: { type: string }")),
    ("use-unknown", "events:\n  sat: { from: server, deprecated: { use: 'nothing, the page shows it' } }\n"),
    ("sunset-passed", "events:\n  sat: { from: server, deprecated: { sunset: 2026-01-01 } }\n"),
    ("event-repeats-channel", "events:\n  roommateLeft: { from: server }\n  room: { from: server }\n"),
    ("closed-enum-from-server", server("on: { enum: [1, 2] }, kind: { const: card }")),
    (
        "schema-duplicate",
        "schemas:\n  A: { type: object, properties: { x: {} } }\n  B: { type: object, properties: { x: {} } }\n",
    ),
    ("near-duplicate-names", server("userId: { type: string }, user: { type: string }, users: { type: string }")),
]


@pytest.mark.parametrize(("rule", "text"), CASES, ids=lambda value: value if " " not in value else "")
def test_a_rule_is_silent(rule: str, text: str) -> None:
    assert rule in {each.id for each in rules()}
    found = check(from_pieces(text), Settings(strict=True), DAY)
    assert [each.message for each in found if each.rule == rule] == []
