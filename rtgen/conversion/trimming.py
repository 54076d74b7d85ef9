"""Takes out of plans what does nothing: functions that change no value, and steps that only call such."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from rtgen.conversion.steps import Branch, Call, Case, Entries, Fields, Items, Move, Plan


@dataclass(slots=True)
class Trimming:
    """Answers about the functions of one planner."""

    planned: Mapping[Call, Plan | None]
    _idle: frozenset[Call] = field(init=False)

    def __post_init__(self) -> None:
        idle = set(self.planned)
        while True:
            busy = {each for each in idle if _does_something(self.planned[each], idle)}
            if not busy:
                break
            idle -= busy
        self._idle = frozenset(idle)

    def plan(self, plan: Plan | None) -> Plan | None:
        """A plan without what does nothing; `None` where nothing is left."""
        match plan:
            case Call():
                return None if plan in self._idle else plan
            case Items(each=each) | Entries(each=each):
                inside = self.plan(each)
                return None if inside is None else replace(plan, each=inside)
            case Branch(cases=cases):
                kept = tuple(Case(each.test, made) for each in cases if (made := self.plan(each.plan)) is not None)
                return Branch(kept) if kept else None
            case Fields(moves=moves):
                made = replace(plan, moves=tuple(self._moves(moves)))
                return None if made.changes_nothing else made
            case _:
                return plan

    def _moves(self, moves: tuple[Move, ...]) -> Iterator[Move]:
        for each in moves:
            inside = self.plan(each.plan)
            if inside is not None or each.sent != each.read:
                yield Move(each.sent, each.read, inside)

    def functions(self, plans: Iterable[Plan | None]) -> dict[Call, Plan]:
        """Every function that these plans need, in the order in which they are met; those of trimmed plans."""
        found: dict[Call, Plan] = {}
        rest = [each for plan in plans for each in calls(plan)]
        while rest:
            call = rest.pop(0)
            plan = self.plan(self.planned.get(call))
            if call not in found and plan is not None:
                found[call] = plan
                rest.extend(calls(plan))
        return found


def _does_something(plan: Plan | None, idle: set[Call]) -> bool:
    match plan:
        case None:
            return False
        case Call():
            return plan not in idle
        case Items(each=each) | Entries(each=each):
            return _does_something(each, idle)
        case Branch(cases=cases):
            return any(_does_something(each.plan, idle) for each in cases)
        case Fields(moves=moves):
            rest = replace(plan, moves=())
            return not rest.changes_nothing or any(
                each.sent != each.read or _does_something(each.plan, idle) for each in moves
            )
        case _:
            return True


def calls(plan: Plan | None) -> Iterator[Call]:
    """The functions that a plan calls itself."""
    match plan:
        case Call():
            yield plan
        case Items(each=each) | Entries(each=each):
            yield from calls(each)
        case Branch(cases=cases):
            for case in cases:
                yield from calls(case.plan)
        case Fields(moves=moves):
            for move in moves:
                yield from calls(move.plan)
