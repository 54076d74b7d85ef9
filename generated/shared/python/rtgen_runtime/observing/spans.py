"""What makes spans, so that a tracing library is a choice: see `opentelemetry.py` beside this."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Literal, Protocol

Kind = Literal["handle", "emit"]
Value = str | bool | int


class Span(Protocol):
    """One piece of work, while it goes on."""

    def set_attribute(self, key: str, value: Value) -> object:
        """Say something about it."""


class Tracing(Protocol):
    """Makes spans."""

    def span(
        self, name: str, kind: Kind, attributes: Mapping[str, Value]
    ) -> AbstractContextManager[Span]:
        """A span that is the current one inside, for handlers and for what they call.

        What is raised inside ends it as failed; its words must not be kept, since they may hold what clients sent.
        """
