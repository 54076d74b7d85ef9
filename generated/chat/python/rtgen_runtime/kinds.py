"""Which row of the table of rules a decoded frame stands in."""

from typing import Final

from rtgen_runtime.decoding import EventFrame, Ignored, RefusedFrame
from rtgen_runtime.frames import Auth, Hello, History, Join, Leave, Ping, Pong
from rtgen_runtime.presence.frames import Members, State
from rtgen_runtime.transitions import FrameKind

KINDS: Final[dict[type, FrameKind]] = {
    Hello: FrameKind.HELLO,
    Join: FrameKind.JOIN,
    Leave: FrameKind.LEAVE,
    History: FrameKind.HISTORY,
    EventFrame: FrameKind.EVENT,
    Auth: FrameKind.AUTH,
    Ping: FrameKind.PING,
    Pong: FrameKind.PONG,
    State: FrameKind.STATE,
    Members: FrameKind.MEMBERS,
    Ignored: FrameKind.IGNORED,
    RefusedFrame: FrameKind.REFUSED,
}
