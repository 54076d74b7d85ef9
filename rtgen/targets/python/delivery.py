"""How an event travels, as arguments of its declaration: only what differs from the default is written."""

from rtgen.contract.model import ClientEvent, Event, RateLimit, RelayEvent, ServerEvent
from rtgen.targets.text import py_string


def delivery(event: Event) -> list[str]:
    """Keyword arguments, in the order of the declaration's fields."""
    match event:
        case ClientEvent(limit=limit):
            return _limit(limit)
        case RelayEvent():
            return [*_slow_readers(event), *_limit(event.limit)]
        case ServerEvent(latest=latest, batch=batch):
            kept = [] if latest is None else [f"latest=Latest({py_string(latest.key) if latest.key else ''})"]
            return [*_slow_readers(event), *kept, *([f"batch={batch!r}"] if batch else [])]


def delivery_names(event: Event) -> set[str]:
    """What a module imports for that."""
    return {each.partition("=")[2].partition("(")[0] for each in delivery(event) if each.endswith(")")}


def _slow_readers(event: RelayEvent | ServerEvent) -> list[str]:
    arguments = ["volatile=True"] if event.volatile else []
    if event.conflate is not None:
        key = event.conflate.key
        arguments.append(f"conflate=Conflation({py_string(key) if key else ''})")
    return arguments


def _limit(limit: RateLimit | None) -> list[str]:
    if limit is None:
        return []
    return [f"limit=RateLimit(count={limit.count}, seconds={limit.seconds!r}, burst={limit.burst})"]
