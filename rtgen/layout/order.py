"""The order in which the language's keys are written. What is not listed follows in the order of its author."""

from collections.abc import Iterable

Path = tuple[str, ...]

TOP = (
    *("rtgen", "contract", "version", "title", "description"),
    *("auth", "flags", "limits", "heartbeat", "requirements", "schemas", "errors", "channels", "removed"),
)
CHANNEL = (
    *("title", "description", "address", "parameters", "presence", "history", "onBrokerLoss"),
    *("flag", "deprecated", "was", "since", "removed", "events"),
)
EVENT = (
    *("title", "description", "from", "relay", "recorded", "volatile", "conflate", "latest", "batch"),
    *("payload", "reply", "errors", "idempotent", "offline", "limit", "timeout"),
    *("flag", "deprecated", "was", "since", "examples"),
)
FLAG = ("description", "percent", "variants", "default", "deprecated", "since")


def key_order(path: Path) -> tuple[str, ...]:
    """The keys of the object at a path, in order; empty where the author's order stays."""
    match path:
        case ():
            return TOP
        case ("flags", _):
            return FLAG
        case ("channels", _):
            return CHANNEL
        case ("channels", _, "events", _):
            return EVENT
    return ()


def ordered(path: Path, keys: Iterable[str]) -> list[str]:
    """Keys as they are written at a path."""
    rank = {key: place for place, key in enumerate(key_order(path))}
    return sorted(keys, key=lambda key: rank.get(key, len(rank)))
