"""Evaluation through OpenFeature: ours where nobody has set a provider, a team's own where they have; and without."""

import asyncio
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from flags.desk import app
from openfeature import api
from openfeature.event import ProviderEventDetails
from openfeature.flag_evaluation import FlagResolutionDetails
from openfeature.hook import Hook, HookContext
from openfeature.provider import AbstractProvider, Metadata
from rtgen_runtime.flags.evaluating import Percentages
from rtgen_runtime.flags.openfeature import OpenFeature, evaluator_of
from rtgen_runtime.testing import World


class Team(AbstractProvider):
    """A service of a team: who is on which plan has what."""

    def __init__(self, **values: Any) -> None:
        super().__init__()
        self.values = values
        self.asked: list[tuple[str, str | None, Any]] = []

    def get_metadata(self) -> Metadata:
        return Metadata("team")

    def resolve_boolean_details(self, flag_key: str, default_value: bool, evaluation_context: Any = None) -> Any:
        return self.resolved(flag_key, default_value, evaluation_context)

    def resolve_string_details(self, flag_key: str, default_value: str, evaluation_context: Any = None) -> Any:
        return self.resolved(flag_key, default_value, evaluation_context)

    def resolve_integer_details(self, flag_key: str, default_value: int, evaluation_context: Any = None) -> Any:
        raise AssertionError

    def resolve_float_details(self, flag_key: str, default_value: float, evaluation_context: Any = None) -> Any:
        raise AssertionError

    def resolve_object_details(self, flag_key: str, default_value: Any, evaluation_context: Any = None) -> Any:
        raise AssertionError

    def resolved(self, flag: str, default: Any, context: Any) -> FlagResolutionDetails[Any]:
        self.asked.append((flag, context.targeting_key, context.attributes))
        value = self.values.get(flag, default)
        if isinstance(value, Exception):
            raise value
        return FlagResolutionDetails(value(context) if callable(value) else value)


@pytest.fixture(autouse=True)
def _nobody_has_set_anything() -> Iterator[None]:
    yield
    api.clear_hooks()
    api.clear_providers()


async def test_ours_answers_where_nobody_has_set_another(desk: ModuleType) -> None:
    made = app(desk)
    for subject in (f"user-{number}" for number in range(50)):
        flags = made.flags.of(desk.Flags, subject=subject)
        for name, attribute in (("layout", "layout"), ("tone", "tone"), ("splitView", "split_view")):
            setting = made.flags.board.settings[name]
            assert getattr(flags, attribute) == setting.value("desk", subject)
    assert isinstance(made.flags._evaluator, OpenFeature)


async def test_two_apps_of_one_contract_are_set_apart(desk: ModuleType) -> None:
    one, other = app(desk), app(desk)
    one.flags.set("splitView", percent=100)
    assert one.flags.of(desk.Flags, subject="ada").split_view
    assert not other.flags.of(desk.Flags, subject="ada").split_view


async def test_a_process_that_clears_all_providers_still_has_ours(desk: ModuleType) -> None:
    made = app(desk)
    made.flags.set("splitView", percent=100)
    api.clear_providers()
    assert made.flags.of(desk.Flags, subject="ada").split_view


async def test_hooks_of_the_sdk_see_every_question(desk: ModuleType) -> None:
    seen: list[str] = []

    class Watch(Hook):
        def before(self, hook_context: HookContext, hints: Any) -> None:
            seen.append(hook_context.flag_key)

    api.add_hooks([Watch()])
    app(desk).flags.of(desk.Flags, subject="ada")
    assert seen == ["splitView", "layout", "tone", "board"]


@pytest.mark.parametrize("domain", [None, "desk"])
async def test_a_teams_own_provider_decides(desk: ModuleType, domain: str | None) -> None:
    team = Team(
        splitView=lambda context: context.attributes.get("plan") == "pro",
        layout="top",
        tone="shouting",
        board=RuntimeError("the service is away"),
    )
    made = app(desk)
    api.set_provider_and_wait(team, domain)
    async with World(made, desk.DeskClient) as world:
        pro = await world.client("ada", claims={"plan": "pro"})
        free = await world.client("bob", claims={"plan": "free"})
        assert (pro.flags.split_view, pro.flags.layout, pro.flags.tone, pro.flags.board) == (True, "top", False, False)
        assert not free.flags.split_view
        assert team.asked[0][:2] == ("splitView", "ada")
        assert {"subject", "session", "plan"} <= set(team.asked[0][2])
        made.flags.kill("layout")
        await world.settle()
        assert pro.flags.layout == "left"


async def test_other_answers_of_a_provider_reach_connected_clients(desk: ModuleType) -> None:
    """It tells of them from a thread of its own."""
    team, made = Team(splitView=False), app(desk)
    api.set_provider_and_wait(team, "desk")
    async with World(made, desk.DeskClient) as world:
        client = await world.client("ada", claims={})
        assert not client.flags.split_view
        team.values["splitView"] = True
        made.life.loop = asyncio.get_running_loop()
        thread = threading.Thread(
            target=team.emit_provider_configuration_changed, args=(ProviderEventDetails(flags_changed=["splitView"]),)
        )
        thread.start()
        await asyncio.to_thread(thread.join)
        await world.settle()
        assert client.flags.split_view


async def test_it_works_without_the_sdk(desk: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openfeature.api", None)
    made = app(desk)
    assert isinstance(made.flags._evaluator, Percentages)
    made.flags.set("splitView", percent=100)
    assert made.flags.of(desk.Flags, subject="ada").split_view
    assert isinstance(evaluator_of("desk", made.flags.board, made.flags.changed_elsewhere), Percentages)


async def test_our_provider_says_what_it_does_not_know(desk: ModuleType) -> None:
    made = app(desk)
    evaluator = made.flags._evaluator
    assert isinstance(evaluator, OpenFeature)
    client = evaluator._own
    codes = [
        client.get_boolean_details("nothing", False).error_code,
        client.get_boolean_details("layout", False).error_code,
        client.get_integer_details("layout", 5).error_code,
        client.get_boolean_details("splitView", False).error_code,
    ]
    assert [str(code) for code in codes] == [
        "FLAG_NOT_FOUND",
        "TYPE_MISMATCH",
        "TYPE_MISMATCH",
        "TARGETING_KEY_MISSING",
    ]
