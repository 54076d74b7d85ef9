"""Who says what a flag is for somebody: this module, unless a team has a service of its own for that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from rtgen_runtime.flags.declaring import Value
from rtgen_runtime.flags.switchboard import Setting


def _nothing() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Person:
    """For whom a flag is asked about. `claims` gives what the token says, as plain JSON, when it is asked for."""

    session: str = ""
    subject: str | None = None
    claims: Callable[[], Mapping[str, Any]] = field(
        default=_nothing, repr=False, compare=False
    )

    @property
    def key(self) -> str:
        """By which it is always the same: the subject; for who has none, the session."""
        return self.session if self.subject is None else self.subject


class Evaluator(Protocol):
    """Says what flags are. It is asked on the event loop: an answer is at hand, or it is the default."""

    def value(self, setting: Setting, person: Person) -> Value:
        """One of `setting.flag.values`. Of a killed flag nobody asks."""


class Percentages:
    """By percentage and weights, as they are set."""

    def __init__(self, contract: str) -> None:
        self._contract = contract

    def value(self, setting: Setting, person: Person) -> Value:
        """Always the same for one person."""
        return setting.value(self._contract, person.key)
