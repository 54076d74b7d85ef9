"""One named schema of a contract, ready to decode, check and encode.

Decoding is checking: a value that the typed decoder takes, and that passes the generated check for what a type can't
say, is valid. Whatever is refused on that way is judged again by the full validator, whose word counts.
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from rtgen_runtime.discretion import discreet
from rtgen_runtime.errors import InvalidPayload, Issue
from rtgen_runtime.judge import Judge, NotJson, may_nest_too_deep

T = TypeVar("T")

_NOT_JSON = "malformed"


class Schema(Generic[T]):
    """A schema with its Python type.

    `check` answers whether a decoded value also keeps the rules that its type can't express. `judged` schemas have
    rules that no cheap check covers: they always go to the full validator. `sensitive` are the places of values that
    must not be shown (`discretion`).
    """

    __slots__ = (
        "_check",
        "_decoder",
        "_encoder",
        "_judge",
        "_judged",
        "_type",
        "name",
        "sensitive",
    )

    def __init__(
        self,
        name: str,
        python_type: object,
        documents: Mapping[str, object],
        *,
        check: Callable[[T], bool] | None = None,
        judged: bool = False,
        sensitive: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.sensitive = sensitive
        self._type = python_type
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(python_type)
        self._encoder = msgspec.json.Encoder()
        self._judge = Judge(documents, name)
        self._check = check
        self._judged = judged

    @property
    def python_type(self) -> object:
        """The type a frame's payload is decoded to, in the same pass as the frame."""
        return msgspec.Raw if self._judged else self._type

    def decode(self, raw: bytes | msgspec.Raw) -> T:
        """The value of a JSON text.

        Raises:
            InvalidPayload: The schema does not accept it.
        """
        text = raw if isinstance(raw, bytes) else bytes(raw)
        if self._judged or may_nest_too_deep(text):
            return self.decode_slowly(text)
        try:
            value = self._decoder.decode(text)
        except (ValueError, RecursionError):
            return self.decode_slowly(text)
        if self._check is None or self._check(value):
            return value
        return self.decode_slowly(text)

    def accepts(self, value: T) -> bool:
        """Whether a value that a decoder made of `python_type` is valid; a no means *judge it*."""
        return not self._judged and (self._check is None or self._check(value))

    def decode_slowly(self, raw: bytes) -> T:
        """The same as `decode`, by the full validator alone."""
        try:
            value = self._judge.parse(raw)
        except NotJson as error:
            raise InvalidPayload(
                self.name, [Issue("", _NOT_JSON, str(error))]
            ) from None
        issues = self._judge.issues(value)
        if issues:
            raise InvalidPayload(self.name, discreet(issues, self.sensitive))
        converted: T = msgspec.convert(value, self._type)
        return converted

    def issues(self, raw: bytes) -> list[Issue]:
        """What is wrong with a JSON text, in the contract's order; empty when it is valid."""
        try:
            self.decode(raw)
        except InvalidPayload as error:
            return error.issues
        return []

    def encode(self, value: T) -> bytes:
        """A valid value as JSON text.

        Structs don't check what they are made of, so the text is decoded once as a receiver would.

        Raises:
            InvalidPayload: The schema does not accept it.
        """
        try:
            raw = self._encoder.encode(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidPayload(
                self.name, [Issue("", "type", f"can't be sent as JSON: {error}")]
            ) from None
        self.decode(raw)
        return raw

    def from_value(self, value: object) -> T:
        """A plain value (dicts, lists, scalars) as the schema's type."""
        return self.decode(self._encoder.encode(value))

    def plain(self, value: T) -> Any:
        """A valid value as dicts, lists and scalars, with the contract's names."""
        return msgspec.json.decode(self.encode(value))
