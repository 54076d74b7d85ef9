"""Whether a change of a value breaks somebody: by inclusion of the schemas, in each order of deployment.

The kind of a change says which way it can hurt; whether it does, the schemas as a whole say, with a value that shows
it. So a change inside of what is never sent breaks nobody, whatever its kind.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rtgen.checks.evolution.pair import Meeting, Pair
from rtgen.checks.evolution.rule import Breach, Shown, Verdict
from rtgen.checks.evolution.traffic import Crossing, Order, Traffic, crossings
from rtgen.schema.changes import Change, Kind
from rtgen.schema.inclusion import Answer, Excluded, Included
from rtgen.schema.inclusion.accepting import Refusal

_HURTS_NEW_READERS = frozenset(
    {
        Kind.PROPERTY_ADDED_REQUIRED,
        Kind.PROPERTY_REMOVED_OPTIONAL,
        Kind.PROPERTY_REMOVED_REQUIRED,
        Kind.PROPERTY_BECAME_REQUIRED,
        Kind.NULLABLE_REMOVED,
        Kind.ENUM_VALUE_REMOVED,
        Kind.ENUM_CLOSED,
        Kind.UNION_MEMBER_REMOVED,
        Kind.BOUND_TIGHTENED,
        Kind.OBJECT_CLOSED,
    }
)
"""Kinds that can make the new version refuse what the old one sends."""
_HURTS_OLD_READERS = frozenset(
    {
        Kind.PROPERTY_ADDED_OPTIONAL,
        Kind.PROPERTY_ADDED_REQUIRED,
        Kind.PROPERTY_REMOVED_REQUIRED,
        Kind.PROPERTY_BECAME_OPTIONAL,
        Kind.NULLABLE_ADDED,
        Kind.ENUM_VALUE_ADDED,
        Kind.ENUM_OPENED,
        Kind.UNION_MEMBER_ADDED,
        Kind.BOUND_LOOSENED,
        Kind.OBJECT_OPENED,
    }
)
_STRAYS = frozenset({Kind.OBJECT_CLOSED, Kind.OBJECT_OPENED})
"""Kinds about what nobody declared. Of what clients send, some may hold it; what servers send is declared."""
_HURTS_BOTH = frozenset(Kind) - _HURTS_NEW_READERS - _HURTS_OLD_READERS


def judged(pair: Pair, *kinds: Kind) -> Iterator[Breach]:
    """Every change of these kinds with its verdict on the wire."""
    for meeting, change in pair.changes:
        if change.kind in kinds:
            yield judge(pair, meeting, change)


def judge(pair: Pair, meeting: Meeting, change: Change) -> Breach:
    """One change's verdict on the wire: the worst of all crossings, with the orders in which it is that bad."""
    found = [
        (order, crossing, _crossed(pair, meeting, change, crossing))
        for order in Order
        for crossing in crossings(meeting.traffic, order)
    ]
    place = replace(meeting.place, pointer=change.pointer)
    safe = Breach(change.detail, place, Verdict.SAFE, (), None, None, change.old_span, change.new_span)
    for verdict in (Verdict.BREAKING, Verdict.UNDECIDED):
        bad = [each for each in found if each[2].verdict is verdict]
        if bad:
            orders = tuple(dict.fromkeys(order for order, _, _ in bad))
            _, crossing, outcome = bad[0]
            until = _kept_until(pair.today, meeting) if crossing.from_old else None
            said = _sender_named(meeting, crossing)
            return replace(safe, verdict=verdict, orders=orders, crossing=said, shown=outcome.shown, until=until)
    return safe


def _sender_named(meeting: Meeting, crossing: Crossing) -> Crossing:
    """The crossing with its real sender: what clients share among each other comes from some of them, the rest not."""
    if meeting.traffic is not Traffic.SHARED or not meeting.from_server:
        return crossing
    kept = " or what it keeps" if meeting.kept else ""
    return replace(crossing, sender=f"{'an old' if crossing.from_old else 'a new'} server{kept}")


@dataclass(frozen=True, slots=True)
class _Outcome:
    verdict: Verdict
    shown: Shown | None = None


def _crossed(pair: Pair, meeting: Meeting, change: Change, crossing: Crossing) -> _Outcome:
    if not _can_hurt(change.kind, crossing):
        return _Outcome(Verdict.SAFE)
    inclusion = pair.from_old if crossing.from_old else pair.from_new
    ends = (meeting.old, meeting.new) if crossing.from_old else (meeting.new, meeting.old)
    if change.kind in _STRAYS and meeting.traffic is not Traffic.TO_CLIENT:
        stray = inclusion.undeclared_at(*ends, change.pointer.split("/")[1:])
        return _Outcome(Verdict.SAFE) if stray is None else _broken(stray)
    whole = inclusion.of(*ends)
    if isinstance(whole, Included):
        return _Outcome(Verdict.SAFE)
    found = inclusion.refused_at(*ends, lambda value, refusal: _is_about(change, refusal))
    if found is not None:
        return _broken(found)
    local = _locally(pair, change, crossing)
    if isinstance(local, Included):
        return _Outcome(Verdict.SAFE)
    return _Outcome(Verdict.UNDECIDED)


def _broken(found: Excluded) -> _Outcome:
    return _Outcome(Verdict.BREAKING, Shown(found.value, found.refusal.pointer, found.refusal.word))


_CHOICES = frozenset({"anyOf", "oneOf", "not", "contains", "minContains", "maxContains", "propertyNames"})
"""Words that refuse a value as a whole, whatever in it is the reason."""


def _is_about(change: Change, refusal: Refusal) -> bool:
    """Whether a refusal speaks of what changed."""
    at, place = refusal.pointer.split("/"), change.pointer.split("/")
    if refusal.word in _CHOICES:
        return _matches(at, place[: len(at)])
    if refusal.word in {"required", "additionalProperties"} and change.kind.startswith("property-"):
        return _matches(at, place[:-1]) and (refusal.name in {"", change.name})
    return _matches(at, place) and not change.kind.startswith("property-")


def _matches(steps: list[str], pattern: list[str]) -> bool:
    return len(steps) == len(pattern) and all(each in {step, "*"} for step, each in zip(steps, pattern, strict=True))


def _can_hurt(kind: Kind, crossing: Crossing) -> bool:
    return kind in _HURTS_BOTH or kind in (_HURTS_NEW_READERS if crossing.from_old else _HURTS_OLD_READERS)


def _locally(pair: Pair, change: Change, crossing: Crossing) -> Answer | None:
    """The answer for the part alone; `None` where the part is only on one side."""
    if change.old is None or change.new is None:
        return None
    if crossing.from_old:
        return pair.from_old.of(change.old, change.new)
    return pair.from_new.of(change.new, change.old)


def _kept_until(today: date, meeting: Meeting) -> date | None:
    """When the last value of before is gone, where they are kept."""
    if not meeting.kept or today == date.min:
        return None
    return today + timedelta(seconds=meeting.kept)
