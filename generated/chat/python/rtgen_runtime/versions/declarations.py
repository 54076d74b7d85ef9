"""What generated modules say about older versions of a contract: tables and converters, no behaviour.

Idea: tables hold only what differs. A tag, channel or error that stands in none of them is the same in both versions
as far as the wire goes. *Now* is the version that this server speaks; *old* is the other one.

Converters are total: what they get from a client was not judged yet, so they give back as it is what they do not
understand, and never raise. They make a fresh value and change nothing of the one they were given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Convert = Callable[[Any], Any]
"""A plain JSON value of one version, as the other version has it."""

Steps = Callable[[list[str]], list[str]]
"""The steps of a JSON pointer into a value of now, unescaped, as steps into the old value."""


@dataclass(frozen=True, slots=True)
class OldError:
    """An error of a request as the old version has it: its code, and its data from now to old."""

    code: str
    data: Convert | None = None


@dataclass(frozen=True, slots=True)
class OldSent:
    """What old clients send, by its old tag.

    `tag` is its tag now; `None` where nothing of now is meant, whatever has that tag: it is answered with
    `unknown_event`. `payload` goes from old to now, `reply` from now to old. `errors` are by their code now; `None`
    is for one that the old version does not declare, which reaches the old client without data.
    """

    tag: str | None
    payload: Convert | None = None
    reply: Convert | None = None
    errors: Mapping[str, OldError | None] = field(default_factory=dict)
    pointer: Steps | None = None
    """For issues: where in the old payload a place of the payload now is."""


@dataclass(frozen=True, slots=True)
class OldHeard:
    """What the server and relays send, by its tag now; `payload` goes from now to old.

    `tag` is its old tag; `None` where the old client does not know it. Such an event is not sent, unless it is
    recorded: that goes with its tag of now, since it moves the position. Where that tag means another event to the
    old client, give one that it does not know.
    """

    tag: str | None
    payload: Convert | None = None


@dataclass(frozen=True, slots=True)
class OldPresence:
    """What members show: `shown` from old to now, `seen` from now to old.

    `known` is false where the old version has no presence in this channel: then nothing of it is sent.
    """

    shown: Convert | None = None
    seen: Convert | None = None
    pointer: Steps | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class OldChannel:
    """A channel, by its name now.

    `address` is the old template, empty where it is the same; `parameters` are old names by their names now, where
    they differ. Both templates have the same parameters.
    """

    address: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    presence: OldPresence | None = None


@dataclass(frozen=True, slots=True)
class OldKept:
    """What a server of the old version left in a store, by its old tag; all from old to now.

    `tag` is its tag now; `None` where nothing of now is meant. `payload` is for recorded events and newest values;
    `reply` and `errors` (by their old codes, with the code and data of now) for remembered answers of idempotent
    requests.
    """

    tag: str | None
    payload: Convert | None = None
    reply: Convert | None = None
    errors: Mapping[str, OldError | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OldVersion:
    """An older version of a contract, whose clients are served and whose stores are read."""

    version: str
    hash: str
    sent: Mapping[str, OldSent] = field(default_factory=dict)
    """By the old tag."""
    heard: Mapping[str, OldHeard] = field(default_factory=dict)
    """By the tag now."""
    channels: Mapping[str, OldChannel] = field(default_factory=dict)
    """By the name now."""
    kept: Mapping[str, OldKept] = field(default_factory=dict)
    """By the old tag."""
