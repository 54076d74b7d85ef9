"""Two versions of a contract, for library users: what changed, and whom it breaks. Nothing here prints or exits.

    from rtgen.api import load_contract
    from rtgen.versions import compare

    for found in compare(load_contract("old.yaml"), load_contract("new.yaml")):
        print(found.rule.id, found.breach.place, found.breach.verdict)

It stands beside `rtgen.api` because most runs compare nothing, and start sooner without it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from rtgen.checks.evolution.compare import Found
from rtgen.checks.evolution.compare import compare as _compare
from rtgen.checks.evolution.exceptions import NAME as ACCEPTED_NAME
from rtgen.checks.evolution.exceptions import Accepted, accepted_text, outdated, read_accepted
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.registry import breaking_rules
from rtgen.checks.evolution.removals import unsaid_removals as _unsaid_removals
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, Shown, Verdict
from rtgen.checks.evolution.semver import Step, after, lowered, needed, numbers, taken
from rtgen.checks.evolution.traffic import Crossing, Order
from rtgen.contract.model import Contract
from rtgen.conversion.bridging import plan_version
from rtgen.conversion.curing import is_cured
from rtgen.conversion.versions import VersionPlan
from rtgen.source.finding import Finding

__all__ = [
    "ACCEPTED_NAME",
    "Accepted",
    "Breach",
    "BreakingRule",
    "Crossing",
    "Found",
    "Level",
    "Order",
    "Place",
    "Shown",
    "Step",
    "Verdict",
    "VersionPlan",
    "accepted_text",
    "breaking_rules",
    "compare",
    "is_converted",
    "lowered",
    "numbers",
    "outdated",
    "plan_version",
    "read_accepted",
    "suggested_version",
    "taken",
    "unsaid_removals",
]


def compare(old: Contract, new: Contract, today: date | None = None) -> tuple[Found, ...]:
    """What changed between two versions of a contract, safe changes too. `today` tells whether a sunset has passed."""
    return _compare(Pair(old, new, today or date.min))


def is_converted(plan: VersionPlan, found: Found, orders: Iterable[Order] = frozenset(Order)) -> bool:
    """Whether a change breaks nobody in these orders, because a server that has `plan` converts what it is about.

    That takes the server first: nothing converts for new clients at an old server.
    """
    place = found.breach.place
    only_first = set(found.breach.orders) & set(orders) == {Order.SERVER_FIRST}
    return only_first and is_cured(plan, found.rule.id, str(replace(place, pointer="")), place.part)


def unsaid_removals(old: Contract, new: Contract) -> tuple[Finding, ...]:
    """Names that the new version gives up without saying so in `removed`, and what to write."""
    return tuple(_unsaid_removals(Pair(old, new)))


def suggested_version(old: Contract, new: Contract, found: tuple[Found, ...]) -> str:
    """The lowest version that what was found allows the new contract to have."""
    changes = ((each.rule.level, each.breach) for each in found if not each.rule.sums_up)
    return after(old.version, lowered(needed(changes, same=old.hash == new.hash), old.version))
