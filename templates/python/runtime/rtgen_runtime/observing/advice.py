"""What to change when a frame was refused: a sentence for each code, for people who write clients and handlers."""

from typing import Final

from rtgen_runtime.codes import ErrorCode

ADVICE: Final[dict[str, str]] = {
    ErrorCode.MALFORMED: "send one JSON array, `[tag, ref, address, payload]`, as docs/protocol.md draws it",
    ErrorCode.INVALID: "send what the contract's schema of the event asks for; the pointers say where it does not fit",
    ErrorCode.UNKNOWN_EVENT: "use an event that the contract has with `from: client`; was the client generated anew?",
    ErrorCode.UNKNOWN_ADDRESS: "use an address that fits one of the contract's channels",
    ErrorCode.NOT_JOINED: "join the channel first, and wait for `$joined`",
    ErrorCode.REFUSED: "the handler raised `Refused`: look there why",
    ErrorCode.FORBIDDEN: "the handler's `may` said no, or failed: look there why",
    ErrorCode.UNAUTHORIZED: "send a valid token; the log of `rtgen.auth` says at level DEBUG what is wrong with it",
    ErrorCode.AUTH_UNAVAILABLE: "look at what your authenticator asks: it did not answer",
    ErrorCode.LEFT: "wait for `$joined` before you leave, or join again",
    ErrorCode.TOO_LARGE: "send less at once, or raise `limits.frame` in the contract; a `$hello` has 16 KiB",
    ErrorCode.TOO_MANY_CHANNELS: "leave channels, or raise `limits.channels` in the contract",
    ErrorCode.REF_IN_USE: "count refs upwards: this one still waits for its answer",
    ErrorCode.REF_REUSED: "count refs upwards also after a reconnect: this one stood for another request",
    ErrorCode.IN_PROGRESS: "wait: the first request with this ref still runs",
    ErrorCode.OUTCOME_UNKNOWN: "ask what became of it: the server stopped half-way",
    ErrorCode.UNAVAILABLE: "look at the store: it did not answer",
    ErrorCode.OVERLOADED: "wait for answers before you send more; handlers of one address run one after the other",
    ErrorCode.RATE_LIMITED: "send less often, or raise the event's `limit` in the contract; `retryAfter` says when",
    ErrorCode.NO_PRESENCE: "declare `presence` for the channel in the contract",
    ErrorCode.FLAG_OFF: "look at `flags` before you ask: it is off for this client; `GET /flags` says for whom it is",
    ErrorCode.INTERNAL: "find the incident in the log: the handler raised what the contract does not declare",
    ErrorCode.PROTOCOL_ERROR: "look up the row of the table: the frame is not allowed in this phase",
    ErrorCode.WRONG_SUBPROTOCOL: "offer `rtgen.v1.json` or `rtgen.v1.msgpack` in the handshake",
    ErrorCode.WRONG_CONTRACT: "connect to the server of the client's own contract",
    ErrorCode.WRONG_VERSION: "generate the client anew, or serve the version that it was made of",
    ErrorCode.WRONG_ORIGIN: "add the page's origin with `origins=` or `--origin`",
}
DECLARED: Final = (
    "the handler raised an error that the contract declares: everyday life"
)

BY_TABLE: Final = frozenset(
    {
        ErrorCode.MALFORMED,
        ErrorCode.INVALID,
        ErrorCode.UNKNOWN_EVENT,
        ErrorCode.UNKNOWN_ADDRESS,
        ErrorCode.NOT_JOINED,
        ErrorCode.TOO_LARGE,
        ErrorCode.TOO_MANY_CHANNELS,
        ErrorCode.REF_IN_USE,
        ErrorCode.RATE_LIMITED,
        ErrorCode.NO_PRESENCE,
        ErrorCode.FLAG_OFF,
        ErrorCode.PROTOCOL_ERROR,
        ErrorCode.WRONG_CONTRACT,
        ErrorCode.WRONG_VERSION,
    }
)
"""Codes that a session decides on as soon as it has read a frame; others come from handlers, later."""
