"""Flags by OpenFeature, where `openfeature-sdk` is installed: every question goes through it, hooks included.

What a team has set, for all domains or for the one that is called as the contract, is asked; where nobody has set
anything, our own provider. The package is looked up by name, so that type checkers of projects without it find nothing
missing.
"""

import importlib
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Final
from weakref import WeakMethod

from rtgen_runtime.flags.declaring import Value
from rtgen_runtime.flags.evaluating import Evaluator, Percentages, Person
from rtgen_runtime.flags.switchboard import Setting, Switchboard

_numbers: Final = count(1)


def evaluator_of(
    contract: str, board: Switchboard, changed: Callable[[], None]
) -> Evaluator:
    """Through the SDK if it is there. `changed` is a method; it is called from any thread when answers may differ."""
    try:
        api: Any = importlib.import_module("openfeature.api")
    except ModuleNotFoundError:
        return Percentages(contract)
    return OpenFeature(api, contract, board, changed)


class OpenFeature:
    """Asks the SDK."""

    def __init__(
        self,
        api: Any,
        contract: str,
        board: Switchboard,
        changed: Callable[[], None],
    ) -> None:
        none: Any = importlib.import_module("openfeature.provider.no_op_provider")
        context: Any = importlib.import_module("openfeature.evaluation_context")
        self._nobody: type = none.NoOpProvider
        self._context = context.EvaluationContext
        self._alone = Percentages(contract)
        self._team: Any = api.get_client(contract)
        # A domain for each app: two apps of one contract in one process are set apart.
        domain = f"rtgen/{contract}/{next(_numbers)}"
        api.set_provider(RolloutProvider(contract, board), domain=domain)
        self._own: Any = api.get_client(domain)
        _hear(self._team, changed)

    def value(self, setting: Setting, person: Person) -> Value:
        """What the provider says; the value for those who have it not, where it fails or names no variant."""
        client = self._team
        if isinstance(client.provider, self._nobody):
            client = self._own
            if isinstance(client.provider, self._nobody):  # somebody has cleared them
                return self._alone.value(setting, person)
        about = {"session": person.session, "subject": person.subject or ""}
        context = self._context(person.key, {**person.claims(), **about})
        flag = setting.flag
        if not flag.variants:
            return bool(client.get_boolean_value(flag.name, False, context))
        value = client.get_string_value(flag.name, flag.default, context)
        return value if value in flag.values else flag.off


def _hear(client: Any, changed: Callable[[], None]) -> None:
    """Of a provider that is ready, or has other answers; an app that is gone is not held by this."""
    event: Any = importlib.import_module("openfeature.event").ProviderEvent
    weak = WeakMethod(changed)

    def handler(_details: object) -> None:
        method = weak()
        if method is not None:
            method()

    client.add_handler(event.PROVIDER_READY, handler)
    client.add_handler(event.PROVIDER_CONFIGURATION_CHANGED, handler)


class RolloutProvider:
    """Percentages as a provider; also for a team's own code: `api.get_client("rtgen/…")` is not needed for that.

    It has the methods of `openfeature.provider.FeatureProvider`; the SDK asks for no more than that.
    """

    def __init__(self, contract: str, board: Switchboard) -> None:
        details: Any = importlib.import_module("openfeature.flag_evaluation")
        metadata: Any = importlib.import_module("openfeature.provider.metadata")
        errors: Any = importlib.import_module("openfeature.exception")
        self._details = details.FlagResolutionDetails
        self._reason = details.Reason
        self._code = errors.ErrorCode
        self._metadata = metadata.Metadata(name="rtgen")
        self._contract = contract
        self._board = board

    def attach(self, on_emit: Callable[..., None]) -> None:
        """It has nothing to emit: the app itself hears what is set."""

    def detach(self) -> None:
        """It emits nothing."""

    def get_metadata(self) -> Any:
        """Its name."""
        return self._metadata

    def get_provider_hooks(self) -> list[Any]:
        """None of its own."""
        return []

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool, evaluation_context: Any = None
    ) -> Any:
        """A flag without variants."""
        return self._resolved(flag_key, default_value, evaluation_context, bool)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: Any = None
    ) -> Any:
        """A flag with variants; the empty text where it is off."""
        return self._resolved(flag_key, default_value, evaluation_context, str)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: Any = None
    ) -> Any:
        """There are none."""
        return self._resolved(flag_key, default_value, evaluation_context, int)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: Any = None
    ) -> Any:
        """There are none."""
        return self._resolved(flag_key, default_value, evaluation_context, float)

    def resolve_object_details(
        self, flag_key: str, default_value: Any, evaluation_context: Any = None
    ) -> Any:
        """There are none."""
        return self._resolved(flag_key, default_value, evaluation_context, dict)

    def _resolved(self, flag: str, default: Any, context: Any, kind: type) -> Any:
        setting = self._board.settings.get(flag)
        if setting is None:
            return self._details(default, self._code.FLAG_NOT_FOUND, flag)
        if kind is not (str if setting.flag.variants else bool):
            return self._details(default, self._code.TYPE_MISMATCH, flag)
        key = context.targeting_key if context is not None else None
        if not key:
            return self._details(default, self._code.TARGETING_KEY_MISSING, flag)
        value = setting.value(self._contract, key)
        if kind is str:
            value = value or ""
        reason = self._reason.DISABLED if setting.killed else self._reason.SPLIT
        return self._details(value, reason=reason, variant=str(value) or "off")


def plain_claims(claims: object, plain: Callable[[Any], Any]) -> Mapping[str, Any]:
    """What a token says, for a provider that goes by it; empty where there is no token."""
    given = None if claims is None else plain(claims)
    return given if isinstance(given, dict) else {}
