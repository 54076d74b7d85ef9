"""Spans for OpenTelemetry, by `opentelemetry-api` where it is installed: nothing is imported before it is asked for.

It is looked up by name, so that type checkers of projects without it find nothing missing.
"""

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rtgen_runtime.errors import UsageError
from rtgen_runtime.observing.spans import Kind, Span, Value


class OpenTelemetry:
    """For `Settings(tracing=…)`. By default the spans go to the tracer provider that the process has set."""

    def __init__(self, provider: Any = None) -> None:
        """Use a `TracerProvider`.

        Raises:
            UsageError: `opentelemetry-api` is not installed.
        """
        try:
            trace: Any = importlib.import_module("opentelemetry.trace")
        except ModuleNotFoundError:
            raise UsageError("tracing needs `opentelemetry-api`: install it") from None
        self._kinds = {"handle": trace.SpanKind.SERVER, "emit": trace.SpanKind.PRODUCER}
        self._failed = trace.StatusCode.ERROR
        self._tracer: Any = trace.get_tracer("rtgen", tracer_provider=provider)

    @contextmanager
    def span(
        self, name: str, kind: Kind, attributes: Mapping[str, Value]
    ) -> Iterator[Span]:
        """The current span inside; of what is raised only the kind is kept."""
        with self._tracer.start_as_current_span(
            name,
            kind=self._kinds[kind],
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_attribute("error.type", type(error).__qualname__)
                span.set_status(self._failed)
                raise
