"""Clients of older versions at a server of the newest: whatever the plan says is served works when it is run."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.testing import VirtualTime
from small_contracts import from_pieces
from versions.conversation import Conversation, Failed
from versions.judging import shown_by
from versions.packages import Packages
from versions.replaying import Replay
from versions.values import Values

from rtgen.api import load_contract
from rtgen.checks.evolution.compare import compare
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.registry import breaking_rules
from rtgen.contract.model import Contract
from rtgen.conversion.bridging import plan_version

JOURNAL = Path(__file__).parents[1] / "golden" / "generated_versions"
NEWEST = "2.0.0"


def pieces(old: str, new: str) -> tuple[Contract, Contract]:
    return from_pieces(old), replace(from_pieces(new), version=NEWEST)


def event(payload: str, kind: str) -> str:
    history = "history: { keep: 9, for: 1d }\n" if "recorded" in kind else ""
    return f"{history}events:\n  say: {{ {kind}, payload: {payload} }}\n"


KINDS = {
    "sent": "from: client",
    "relayed": "from: client, relay: true",
    "heard": "from: server",
    "recorded": "from: server, recorded: true",
    "latest": "from: server, latest: true",
}
CHANGES = {
    "renamed": ("required: [a]", "{ a: { type: string } }", "required: [b]", "{ b: { type: string, was: a } }"),
    "filled in": (
        *("required: [a]", "{ a: { type: string } }"),
        *("required: [a, b]", "{ a: { type: string }, b: { type: integer, default: 1 } }"),
    ),
    "mapped": (
        *("required: [a]", "{ a: { enum: [x, y] } }"),
        *("required: [a]", "{ a: { enum: [x, z, more], earlier: { y: z }, instead: { more: x } } }"),
    ),
    "gone": (
        *("required: [a, b]", "{ a: { type: string }, b: { type: integer } }"),
        *("required: [a], removed: { b: 1 }", "{ a: { type: string } }"),
    ),
}
"""What an object asked and had, and what it asks and has now."""


def of_object(words: str, properties: str, extra: str, kind: str) -> str:
    return event(f"{{ type: object, additionalProperties: {extra}, {words}, properties: {properties} }}", kind)


CASES = [
    pytest.param(
        *pieces(of_object(*change[:2], extra, kind), of_object(*change[2:], extra, kind)),
        id=f"{name}, {where}, {'open' if extra == 'true' else 'closed'}",
    )
    for name, change in CHANGES.items()
    for where, kind in KINDS.items()
    for extra in ("true", "false")
]
ALL = os.environ.get("VERSIONS") == "all"
"""`make agreement` runs all of them, `make test` every third."""
pytestmark = pytest.mark.filterwarnings("default:.* is deprecated:DeprecationWarning")
"""In debug mode clients are told so, as they shall be: here it is no error."""


def run(packages: Packages, old: Contract, new: Contract) -> dict[Failed, str]:
    """A client of the old version says all it can say to a server of the new one, and hears all there is to hear.

    The values that show breaches are among them. Then the new server goes on with what the old one has kept.
    """
    client, server = packages.as_it_is(old), packages.as_it_is(new, old)
    found, time = compare(Pair(old, new)), VirtualTime()
    talk = Conversation(
        client,
        server,
        Values(old, new, shown_by(found, from_old=True)),
        Values(new, old, shown_by(found, from_old=False)),
        MemoryStore(clock=time.wall),
        older=server.declared.versions[0],
    )
    again = Replay(client, server, talk.to_server)
    return {**asyncio.run(talk.run(time)), **asyncio.run(again.run(VirtualTime()))}


@pytest.mark.parametrize(("old", "new"), CASES if ALL else CASES[::3])
def test_what_is_converted_works(old: Contract, new: Contract, packages: Packages) -> None:
    plan = plan_version(old, new)
    assert [str(each) for each in plan.obstacles] == []
    assert run(packages, old, new) == {}


ABOUT_MORE = {"auth-tightened", "contract-renamed", "flag-put-before"}
"""What a server refuses whatever the version: who may come in, what a flag hides, and another contract."""
BROKEN = [
    pytest.param(*pieces(*rule.breaking), id=rule.id)
    for rule in breaking_rules()
    if rule.id not in ABOUT_MORE and plan_version(*pieces(*rule.breaking)).is_served
]


@pytest.mark.parametrize(("old", "new"), BROKEN if ALL else BROKEN[::3])
def test_what_breaks_somebody_and_is_served_all_the_same_works(
    old: Contract, new: Contract, packages: Packages
) -> None:
    assert run(packages, old, new) == {}


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
def test_everything_at_once(version: str, packages: Packages) -> None:
    old = load_contract(JOURNAL / ".released" / f"journal@{version}.yaml")
    failed = run(packages, old, load_contract(JOURNAL / "contract.yaml"))
    assert failed == {("chamber", "wave"): "None was not taken"}, "this one is `removed`: old clients are told so"
