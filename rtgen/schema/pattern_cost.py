"""Can a pattern take long? Both engines try one way after another, so the question is: how many ways are there?

The pattern becomes an automaton with one state a character set (Glushkov's). A text can be read in exponentially many
ways when two different paths lead from a state back to itself over the same text, and in polynomially many when one
text leads from a loop to itself, from it to a second loop, and from that to itself (Weber and Seidl). Both are refused.
A pattern without `^` is tried from every place, which is one more loop in front.
"""

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rtgen.schema.pattern_syntax import MAX_CODE, Anchor, Chain, Chars, Choice, Pattern, PatternError, Ranges, Repeat

_MAX_STATES = 2_000
_MAX_COPIES = 128
_BUDGET = 200_000

_SLOW_HINT = "Make neighbours of a repetition differ from what it repeats, and begin with `^`."


def refuse_slow(pattern: Pattern) -> None:
    """Refuse a pattern that can take more than linear time on some text.

    Raises:
        PatternError: Says in which way it can be slow.
    """
    machine = _Machine()
    if not _starts_anchored(pattern):
        everything = Repeat(Chars(((0, MAX_CODE),)), 0, None)
        pattern = Chain((everything, pattern))
    machine.add(pattern)
    machine.judge()


def _starts_anchored(pattern: Pattern) -> bool:
    match pattern:
        case Anchor():
            return pattern.start
        case Chain():
            return bool(pattern.items) and _starts_anchored(pattern.items[0])
        case Choice():
            return all(_starts_anchored(option) for option in pattern.options)
    return False


@dataclass(frozen=True, slots=True)
class _Part:
    """How a piece of a pattern joins its neighbours: can it be empty, and which states begin and end it."""

    empty: bool
    first: tuple[int, ...]
    last: tuple[int, ...]


@dataclass(slots=True)
class _Machine:
    sets: list[Ranges] = field(default_factory=list)
    follow: list[dict[int, None]] = field(default_factory=list)

    def add(self, pattern: Pattern) -> _Part:
        match pattern:
            case Chars():
                if len(self.sets) >= _MAX_STATES:
                    raise PatternError("it is too large", "Shorten it, or use `minLength` and `maxLength`.")
                self.sets.append(pattern.ranges)
                self.follow.append({})
                here = (len(self.sets) - 1,)
                return _Part(False, here, here)
            case Anchor():
                return _Part(True, (), ())
            case Chain():
                return self._chain([self.add(item) for item in pattern.items])
            case Choice():
                parts = [self.add(option) for option in pattern.options]
                first = tuple(state for part in parts for state in part.first)
                last = tuple(state for part in parts for state in part.last)
                return _Part(any(part.empty for part in parts), first, last)
            case Repeat():
                return self._repeat(pattern)

    def _chain(self, parts: Iterable[_Part]) -> _Part:
        whole = _Part(True, (), ())
        for part in parts:
            self._link(whole.last, part.first)
            whole = _Part(
                whole.empty and part.empty,
                whole.first + part.first if whole.empty else whole.first,
                whole.last + part.last if part.empty else part.last,
            )
        return whole

    def _repeat(self, pattern: Repeat) -> _Part:
        if pattern.most == 0:
            return _Part(True, (), ())
        length = _fixed_length(pattern.body)
        if pattern.most == 1:
            part = self.add(pattern.body)
            return _Part(part.empty or pattern.least == 0, part.first, part.last)
        if length is not None and pattern.most is not None and pattern.most * length <= _MAX_COPIES:
            parts = [self.add(pattern.body) for _ in range(pattern.most)]
            optional = [
                part if index < pattern.least else _Part(True, part.first, part.last)
                for index, part in enumerate(parts)
            ]
            return self._copies(optional)
        part = self.add(pattern.body)
        if part.empty:
            raise PatternError("it repeats something that may be empty", "Make the repeated part hold at least one.")
        self._link(part.last, part.first)
        return _Part(pattern.least == 0, part.first, part.last)

    def _copies(self, parts: list[_Part]) -> _Part:
        """Copies in a row, where a missing one ends the row: `a{1,3}` is `a(a(a)?)?`."""
        for before, after in itertools.pairwise(parts):
            self._link(before.last, after.first)
        least = sum(not part.empty for part in parts)
        ends = parts[max(least - 1, 0) :]
        return _Part(least == 0, parts[0].first, tuple(state for part in ends for state in part.last))

    def _link(self, before: Iterable[int], after: Iterable[int]) -> None:
        for source in before:
            for target in after:
                if target in self.follow[source]:
                    raise PatternError("a repetition inside a repetition can take exponential time", _SLOW_HINT)
                self.follow[source][target] = None

    def judge(self) -> None:
        masks = _masks(self.sets)
        loops = [each for each in _components(self.follow) if len(each) > 1 or each[0] in self.follow[each[0]]]
        budget = _Budget()
        for loop in loops:
            if _many_ways_round(loop, self.follow, masks, budget):
                raise PatternError("two ways through one repetition can take exponential time", _SLOW_HINT)
        for first in loops:
            for second in loops:
                if first is not second and _drifts(first, second, self.follow, masks, budget):
                    raise PatternError("two repetitions that can share text take quadratic time", _SLOW_HINT)


def _fixed_length(pattern: Pattern) -> int | None:
    """How many characters a pattern without any choice holds; `None` where there is a choice."""
    match pattern:
        case Chars():
            return 1
        case Chain():
            lengths = [_fixed_length(item) for item in pattern.items]
            known = [each for each in lengths if each is not None]
            return sum(known) if len(known) == len(lengths) and known else None
    return None


@dataclass(slots=True)
class _Budget:
    left: int = _BUDGET

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise PatternError("it is too complex to prove that it is fast", "Simplify it.")


def _masks(sets: list[Ranges]) -> list[int]:
    """Each set as bits, one a stretch of code points that no set divides: sharing a character is sharing a bit."""
    bounds = sorted({edge for ranges in sets for low, high in ranges for edge in (low, high + 1)})
    index = {edge: place for place, edge in enumerate(bounds)}
    return [sum((1 << index[high + 1]) - (1 << index[low]) for low, high in ranges) for ranges in sets]


def _components(follow: list[dict[int, None]]) -> list[list[int]]:
    """Strongly connected parts (Kosaraju, without recursion)."""
    order: list[int] = []
    seen: set[int] = set()
    for root in range(len(follow)):
        if root in seen:
            continue
        seen.add(root)
        stack: list[tuple[int, Iterator[int]]] = [(root, iter(follow[root]))]
        while stack:
            state, targets = stack[-1]
            following = next((each for each in targets if each not in seen), None)
            if following is None:
                order.append(state)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(follow[following])))
    before: list[list[int]] = [[] for _ in follow]
    for source, targets_of in enumerate(follow):
        for target in targets_of:
            before[target].append(source)
    found, taken = [], set[int]()
    for root in reversed(order):
        if root in taken:
            continue
        taken.add(root)
        part, rest = [], [root]
        while rest:
            state = rest.pop()
            part.append(state)
            fresh = [each for each in before[state] if each not in taken]
            taken.update(fresh)
            rest.extend(fresh)
        found.append(sorted(part))
    return found


def _many_ways_round(loop: list[int], follow: list[dict[int, None]], masks: list[int], budget: _Budget) -> bool:
    """Whether two different paths over one text part and meet again inside a loop."""
    inside = set(loop)
    steps: dict[tuple[int, int], list[tuple[int, int]]] = {}
    back: dict[tuple[int, int], list[tuple[int, int]]] = {}
    queue = deque((state, state) for state in loop)
    parted: set[tuple[int, int]] = set()
    while queue:
        pair = queue.popleft()
        if pair in steps:
            continue
        steps[pair] = []
        for left in follow[pair[0]]:
            for right in follow[pair[1]]:
                budget.spend()
                if left in inside and right in inside and masks[left] & masks[right]:
                    steps[pair].append((left, right))
                    back.setdefault((left, right), []).append(pair)
                    if left != right:
                        parted.add((left, right))
                        queue.append((left, right))
    rest = [(state, state) for state in loop]
    met: set[tuple[int, int]] = set()
    while rest:
        for pair in back.get(rest.pop(), ()):
            if pair not in met and pair[0] != pair[1]:
                met.add(pair)
                rest.append(pair)
    return bool(parted & met)


def _drifts(
    first: list[int], second: list[int], follow: list[dict[int, None]], masks: list[int], budget: _Budget
) -> bool:
    """Whether one text leads round the first loop, from it to the second, and round the second."""
    inside_first, inside_second = set(first), set(second)
    for start in first:
        for goal in second:
            seen = {(start, start, goal)}
            queue = deque(seen)
            while queue:
                one, two, three = queue.popleft()
                for left in follow[one]:
                    if left not in inside_first:
                        continue
                    for right in follow[three]:
                        shared = masks[left] & masks[right]
                        if right not in inside_second or not shared:
                            continue
                        for middle in follow[two]:
                            budget.spend()
                            state = (left, middle, right)
                            if not shared & masks[middle] or state in seen:
                                continue
                            if state == (start, goal, goal):
                                return True
                            seen.add(state)
                            queue.append(state)
    return False
