"""All rules over two versions of a contract."""

from dataclasses import dataclass, replace

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.registry import breaking_rules
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Verdict
from rtgen.checks.evolution.semver import needed
from rtgen.checks.evolution.traffic import Order


@dataclass(frozen=True, slots=True)
class Found:
    """A change, by the rule that speaks of it."""

    rule: BreakingRule
    breach: Breach

    def matters(self, orders: frozenset[Order], levels: frozenset[Level]) -> bool:
        """Whether it is no safe change, at one of these levels, when versions are deployed in one of these orders."""
        breach = self.breach
        return breach.verdict is not Verdict.SAFE and self.rule.level in levels and bool(orders & set(breach.orders))


def compare(pair: Pair) -> tuple[Found, ...]:
    """What changed from the old version to the new one, safe changes too, in the order of the contract's places."""
    found = _found(pair, sums_up=False)
    step = needed(((each.rule.level, each.breach) for each in found), same=pair.old.hash == pair.new.hash)
    found += _found(replace(pair, step=step), sums_up=True)
    places = _places(pair)
    return tuple(
        sorted(
            found,
            key=lambda each: (
                places.get((each.breach.place.channel, each.breach.place.event), len(places)),
                each.breach.place.part,
                each.breach.place.pointer,
                each.rule.id,
            ),
        )
    )


def _found(pair: Pair, *, sums_up: bool) -> list[Found]:
    asked = [rule for rule in breaking_rules() if rule.sums_up == sums_up]
    return [Found(rule, breach) for rule in asked for breach in rule.check(pair)]


def _places(pair: Pair) -> dict[tuple[str, str], int]:
    """Channels and events in the order of the new version, then what only the old one has."""
    order: dict[tuple[str, str], None] = {("", ""): None}
    for contract in (pair.new, pair.old):
        for channel in contract.channels:
            order[channel.name, ""] = None
            order.update(((channel.name, event.name), None) for event in channel.events)
    return {place: index for index, place in enumerate(order)}
