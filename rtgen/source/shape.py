"""First check of a file: its shape, against a JSON Schema of ours.

Such a schema has no `oneOf` and no `anyOf`: it dispatches with `if`, so that every mistake is one error with one place.
A key that can't stand somewhere is `not: {}` there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jsonschema_rs import Draft202012Validator

from rtgen.source.finding import Finding
from rtgen.source.nodes import Node, plain


@dataclass(frozen=True)
class Shape:
    """A JSON Schema that a file must follow; `subject` is what messages call the file's root."""

    schema: dict[str, Any]
    subject: str

    @cached_property
    def _judge(self) -> Draft202012Validator:
        return Draft202012Validator(self.schema)

    def check(self, root: Node) -> Iterator[Finding]:
        """What is wrong with the shape, one finding a mistake."""
        if self._accepts(root):
            return
        from rtgen.source.mistakes import mistakes  # noqa: PLC0415  # what explains takes long to import

        yield from mistakes(self.schema, self.subject, root)

    def _accepts(self, root: Node) -> bool:
        """Whether there is nothing to explain; a quick no for what only the slower validator can take."""
        try:
            return self._judge.is_valid(plain(root))
        except ValueError:  # nested deeper than this one goes, or a number that is none
            return False
