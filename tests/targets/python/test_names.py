"""Names that are one in Python are found before anything is printed, with both places."""

from pathlib import Path

import pytest
from generated_chat import generated

HEAD = "rtgen: 1\ncontract: small\nversion: 1.0.0\n"
EMPTY = "{ type: object, properties: { a: { type: string } } }"


def findings(tmp_path: Path, body: str) -> list[tuple[str, int]]:
    spec = tmp_path / "small.yaml"
    spec.write_text(HEAD + body, encoding="utf-8")
    result = generated(spec)
    assert result.files == () or not result.findings
    return [(each.message, len(each.related)) for each in result.findings]


def channel(name: str = "room", events: str = "") -> str:
    return f"channels:\n  {name}:\n    address: here\n    events: {{ {events} }}\n"


@pytest.mark.parametrize(
    ("body", "message", "related"),
    [
        (
            f"schemas: {{ RoomHandler: {EMPTY} }}\n" + channel(),
            "type `RoomHandler` and a class of channel `room` would both be the Python class `RoomHandler`",
            1,
        ),
        (
            f"schemas: {{ Store: {EMPTY} }}\n" + channel(),
            "type `Store` would be the Python class `Store`, a name that generated modules use themselves",
            0,
        ),
        (
            "errors: { joinedRoom: { description: No. } }\n" + channel(),
            "error `joinedRoom` and a class of channel `room` would both be the Python class `JoinedRoom`",
            1,
        ),
        (
            channel("channel"),
            (
                "a class of channel `channel` would be the Python class `ChannelHandler`, "
                "a name that generated modules use themselves"
            ),
            0,
        ),
        (
            channel(events="wave: { from: client, relay: true }, waveEvents: { from: server }"),
            "events of channel `room` `waveEvents` and `wave` are both the Python method `wave_events`",
            1,
        ),
    ],
)
def test_a_clash_names_both(tmp_path: Path, body: str, message: str, related: int) -> None:
    assert (message, related) in findings(tmp_path, body)


def test_events_named_like_what_is_there_get_an_underscore(tmp_path: Path) -> None:
    events = "join: { from: client }, params: { from: server }, end: { from: server }, channel: { from: server }"
    spec = tmp_path / "small.yaml"
    spec.write_text(HEAD + channel(events=events), encoding="utf-8")
    text = {file.path.as_posix(): file.text for file in generated(spec).files}
    assert "def join_(self, ctx: RoomContext)" in text["small/room.py"]
    assert "def params_(self)" in text["small/room.py"]
    assert "CHANNEL_: Final = ServerEvent(" in text["small/room.py"]
    assert "def end_(self)" in text["small/client.py"]
