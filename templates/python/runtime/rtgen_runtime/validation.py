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
from rtgen_runtime.objects import Public

T = TypeVar("T")

_NOT_JSON = "malformed"


class Schema(Generic[T]):
    """A schema with its Python types.

    `wire_type` is what a JSON text is decoded to, fast, and what `check` is asked about: whether it also keeps the
    rules that its type can't express. `judged` schemas have rules that no cheap check covers: they always go to the
    full validator. `sensitive` are the places of values that must not be shown (`discretion`).

    Programs get the decoded value itself, or with `public` what that makes of the accepted text: objects for ids and
    times (`objects.Structs`), or models of another library. `public` never decides whether a text is accepted.
    """

    __slots__ = (
        "_check",
        "_decoder",
        "_encoder",
        "_judge",
        "_judged",
        "_public",
        "_wire_type",
        "name",
        "sensitive",
    )

    def __init__(
        self,
        name: str,
        wire_type: object,
        documents: Mapping[str, object],
        *,
        check: Callable[[Any], bool] | None = None,
        judged: bool = False,
        public: Public[T] | None = None,
        sensitive: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.sensitive = sensitive
        self._wire_type = wire_type
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(wire_type)
        self._encoder = msgspec.json.Encoder()
        self._judge = Judge(documents, name)
        self._check = check
        self._judged = judged
        self._public = public

    @property
    def python_type(self) -> object:
        """What a frame's payload is decoded to in the same pass as the frame; `Raw` where `decode` must see it."""
        as_text = self._judged or self._public is not None
        return msgspec.Raw if as_text else self._wire_type

    def decode(self, raw: bytes | msgspec.Raw) -> T:
        """The value of a JSON text.

        Raises:
            InvalidPayload: The schema does not accept it.
        """
        text = raw if isinstance(raw, bytes) else bytes(raw)
        value, accepted = self._quickly(text)
        if not accepted:
            return self.decode_slowly(text)
        found: T = value if self._public is None else self._public.hand_out(text)
        return found

    def accepts(self, value: object) -> bool:
        """Whether a value that a decoder made of `python_type` is valid; a no means *judge it*."""
        return not self._judged and (self._check is None or self._check(value))

    def _quickly(self, text: bytes) -> tuple[Any, bool]:
        """The decoded value and whether it is valid; a no means *judge it*."""
        if self._judged or may_nest_too_deep(text):
            return None, False
        try:
            value = self._decoder.decode(text)
        except (ValueError, RecursionError):
            return None, False
        return value, self._check is None or self._check(value)

    def decode_slowly(self, text: bytes) -> T:
        """The same as `decode`, by the full validator alone."""
        value = self._judged_value(text)
        found: T = (
            msgspec.convert(value, self._wire_type)
            if self._public is None
            else self._public.hand_out(self._encoder.encode(value))
        )
        return found

    def _judged_value(self, text: bytes) -> object:
        try:
            value = self._judge.parse(text)
        except NotJson as error:
            raise InvalidPayload(
                self.name, [Issue("", _NOT_JSON, str(error))]
            ) from None
        issues = self._judge.issues(value)
        if issues:
            raise InvalidPayload(self.name, discreet(issues, self.sensitive))
        return value

    def verify(self, raw: bytes) -> None:
        """Judge a JSON text, without making anything of it.

        Raises:
            InvalidPayload: The schema does not accept it.
        """
        if not self._quickly(raw)[1]:
            self._judged_value(raw)

    def issues(self, raw: bytes) -> list[Issue]:
        """What is wrong with a JSON text, in the contract's order; empty when it is valid."""
        try:
            self.verify(raw)
        except InvalidPayload as error:
            return error.issues
        return []

    def encode(self, value: T) -> bytes:
        """A valid value as JSON text.

        Models don't check what they are made of, so the text is judged as a receiver would.

        Raises:
            InvalidPayload: The schema does not accept it.
        """
        try:
            raw = (
                self._encoder.encode(value)
                if self._public is None
                else self._public.take_in(value)
            )
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidPayload(
                self.name, [Issue("", "type", f"can't be sent as JSON: {error}")]
            ) from None
        self.verify(raw)
        return raw

    def from_value(self, value: object) -> T:
        """A plain value (dicts, lists, scalars) as the schema's type."""
        return self.decode(self._encoder.encode(value))

    def plain(self, value: T) -> Any:
        """A valid value as dicts, lists and scalars, with the contract's names."""
        return msgspec.json.decode(self.encode(value))
