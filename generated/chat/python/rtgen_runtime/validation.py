"""One named schema of a contract, ready to decode, check and encode.

Decoding is checking: a value that the typed decoder takes, and that passes the generated check for what a type can't
say, is valid. Whatever is refused on that way is judged again by the full validator, whose word counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

import msgspec

from rtgen_runtime.anything import may_hold_anything
from rtgen_runtime.discretion import discreet
from rtgen_runtime.errors import InvalidPayload, Issue
from rtgen_runtime.judge import Judge
from rtgen_runtime.objects import Public, Structs
from rtgen_runtime.reading import (
    SHALLOW,
    Unreadable,
    may_hold_more,
    parse,
    plain_values,
)
from rtgen_runtime.sending import Send, sender
from rtgen_runtime.spelling import Asked

T = TypeVar("T")

_REFUSED: Final = (ValueError, RecursionError, TypeError)
"""What a quick way meets when the full validator must judge; the last where a text is given as `Raw`."""

Read = Callable[[Any], Any]
"""Gives the value of a JSON text, `bytes` or `Raw`."""

Accepts = Callable[[Any, str | bytes], bool]
"""Whether a value, and the text that it is from, are surely valid."""


@dataclass(frozen=True, slots=True)
class _Ways:
    """What a schema's quick ways are made of: one function each, with all that it needs at hand."""

    decode: Read
    judge: Judge
    judged: bool
    check: Callable[[Any], bool] | None
    longest: Callable[[Any], str] | None
    shallow: int
    """A text with at most so many characters beside its longest string can't nest too deep."""

    def reading(self, then: Read | None, otherwise: Read) -> Read:
        """A function that gives what is surely valid, or what `then` makes of its text, and leaves the rest."""
        if self.judged:
            return self._judged(then, otherwise)
        if self.check is None and then is None:
            return self._typed(otherwise)
        return self._checked(then, otherwise)

    def accepting(self, is_spelled: Asked | None) -> Accepts:
        """A function that says whether a value, and the text that it was decoded from, are surely valid.

        With `is_spelled`, which is asked about the text, the value holds objects; else it is what `check` knows.
        """
        check, longest, shallow = self.check, self.longest, self.shallow

        def is_fair(value: Any, text: str | bytes) -> bool:
            length = len(text)
            return (
                length <= shallow
                or (longest is not None and length - len(longest(value)) <= shallow)
                or not may_hold_more(text.encode() if isinstance(text, str) else text)
            )

        def is_checked(value: Any, text: str | bytes) -> bool:
            return (check is None or check(value)) and is_fair(value, text)

        def is_spelled_and_fair(value: Any, text: str | bytes) -> bool:
            if not asked(text):
                return False
            length = len(text)  # the same as in `is_fair`, with a call less
            return (
                length <= shallow
                or (longest is not None and length - len(longest(value)) <= shallow)
                or not may_hold_more(text.encode() if isinstance(text, str) else text)
            )

        if is_spelled is not None:
            asked = is_spelled
            return is_spelled_and_fair
        return is_fair if check is None else is_checked

    def at_once(self, decode: Read, is_spelled: Asked, otherwise: Read) -> Read:
        """A function that gives what `decode` makes of a text where that is surely valid, and leaves the rest."""
        longest, shallow = self.longest, self.shallow

        def read(text: bytes) -> Any:
            try:
                value = decode(text)
                if is_spelled(text) and (
                    len(text) <= shallow
                    or (
                        longest is not None
                        and len(text) - len(longest(value)) <= shallow
                    )
                    or not may_hold_more(text)
                ):
                    return value
            except _REFUSED:
                pass
            return otherwise(text)

        return read

    def sending(self, public: Structs[Any], otherwise: Send) -> Send:
        """A function that gives a value as text where that is surely valid, and leaves the rest."""
        return sender(
            public.python_type,
            public.spelled,
            encode=public.encode,
            decode=self.decode,
            longest=self.longest,
            shallow=self.shallow,
            otherwise=otherwise,
        )

    def _judged(self, then: Read | None, otherwise: Read) -> Read:
        judge, make = self.judge, then or self.decode

        def read(text: bytes | msgspec.Raw) -> Any:
            try:
                if judge.accepts(plain_values(text)):
                    return make(text)
            except _REFUSED:
                pass
            return otherwise(text)

        return read

    def _typed(self, otherwise: Read) -> Read:
        """For what a type says all about: nothing to ask before the next message."""
        decode, longest, shallow = self.decode, self.longest, self.shallow

        def read(text: bytes) -> Any:
            try:
                value = decode(text)
                if (
                    len(text) <= shallow
                    or (
                        longest is not None
                        and len(text) - len(longest(value)) <= shallow
                    )
                    or not may_hold_more(text)
                ):
                    return value
            except _REFUSED:
                pass
            return otherwise(text)

        return read

    def _checked(self, then: Read | None, otherwise: Read) -> Read:
        decode, check, longest = self.decode, self.check, self.longest
        shallow = self.shallow

        def read(text: bytes) -> Any:
            # The same as in `accepts`, with fewer calls: this is the way of nearly every message.
            try:
                value = decode(text)
                if check is not None and not check(value):
                    return otherwise(text)
                if (
                    len(text) > shallow
                    and (longest is None or len(text) - len(longest(value)) > shallow)
                    and may_hold_more(text)
                ):
                    return otherwise(text)
            except _REFUSED:
                return otherwise(text)
            return value if then is None else then(text)

        return read


def _plainly(decode: Read) -> Read:
    def read(text: bytes | msgspec.Raw) -> Any:
        plain_values(text)
        return decode(text)

    return read


def _getter(wire_type: Any, attribute: str) -> Callable[[Any], str]:
    get: Callable[[Any], Any] = attrgetter(attribute)
    fields = msgspec.structs.fields(wire_type)
    if any(each.name == attribute and each.required for each in fields):
        return get
    return lambda value: "" if (found := get(value)) is msgspec.UNSET else found


def _sure_characters(python_type: object) -> int:
    """How many characters of a valid text surely open and close nothing: what must stand in it beside brackets.

    Those are names with `"` and `:`, commas, quotes, and ids and times. What stands between the quotes of a text is
    left to `longest`.
    """
    return _sure_characters_of(msgspec.inspect.type_info(python_type))


def _sure_characters_of(kind: msgspec.inspect.Type) -> int:
    match kind:
        case msgspec.inspect.Metadata():
            return _sure_characters_of(kind.type)
        case msgspec.inspect.StructType(array_like=False):
            needed = [each for each in kind.fields if each.required]
            names = sum(len(each.encode_name) + 3 for each in needed)
            commas = max(0, len(needed) - 1)
            return (
                names + commas + sum(_sure_characters_of(each.type) for each in needed)
            )
        case msgspec.inspect.StrType():
            return 2
        case msgspec.inspect.UUIDType():
            return len('"00000000000000000000000000000000"')
        case msgspec.inspect.DateTimeType():
            return len('"0000-00-00T00:00:00Z"')
        case _:
            return 0


def _nothing(_given: object) -> None:
    """What a verdict alone makes of a text."""


class Schema(Generic[T]):
    """A schema with its Python types.

    `wire_type` is what a JSON text is decoded to, fast, and what `check` is asked about: whether it also keeps the
    rules that its type can't express. `judged` schemas have rules that no cheap check covers: they always go to the
    full validator. `sensitive` are the places of values that must not be shown (`discretion`).

    Programs get the decoded value itself, or with `public` what that makes of the accepted text: objects for ids and
    times (`objects.Structs`), or models of another library. `public` never decides whether a text is accepted.
    """

    __slots__ = (
        "_as_text",
        "_at_once",
        "_encoder",
        "_judge",
        "_public",
        "_ways",
        "_wire_type",
        "decode",
        "encode",
        "name",
        "sensitive",
        "verify",
    )

    decode: Callable[[bytes | msgspec.Raw], T]
    """The value of a JSON text.

    Raises:
        InvalidPayload: The schema does not accept it.
    """

    encode: Callable[[T], bytes]
    """A valid value as JSON text.

    Models don't check what they are made of, so the text is judged as a receiver would.

    Raises:
        InvalidPayload: The schema does not accept it.
    """

    verify: Callable[[bytes], object]
    """Judge a JSON text, for the verdict alone.

    Raises:
        InvalidPayload: The schema does not accept it.
    """

    def __init__(
        self,
        name: str,
        wire_type: object,
        documents: Mapping[str, object],
        *,
        check: Callable[[Any], bool] | None = None,
        judged: bool = False,
        public: Public[T] | None = None,
        longest: str = "",
        sensitive: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.sensitive = sensitive
        self._wire_type = wire_type
        self._encoder = msgspec.json.Encoder()
        self._judge = Judge(documents, name)
        decode: Read = msgspec.json.Decoder(wire_type).decode
        as_text = judged or may_hold_anything(wire_type)
        if as_text and not judged:
            decode = _plainly(decode)
        words = _getter(wire_type, longest) if longest else None
        public_type = public.python_type if isinstance(public, Structs) else wire_type
        shallow = SHALLOW + _sure_characters(public_type)
        ways = _Ways(decode, self._judge, judged, check, words, shallow)
        self._ways = ways
        hand_out = None if public is None else public.hand_out
        self.decode = ways.reading(hand_out, self.decode_slowly)
        self.encode = self._encode
        self._at_once: Structs[T] | None = None
        if isinstance(public, Structs) and public.spelling and not as_text:
            self._at_once = public
            is_spelled = public.spelling.asked()
            self.decode = ways.at_once(public.decode, is_spelled, self.decode)
            self.encode = ways.sending(public, self._encode)
        self.verify = ways.reading(_nothing if judged else None, self._judged_value)
        self._as_text = as_text
        self._public = public

    def within(self, place: int) -> tuple[object, Accepts]:
        """What a value is decoded to in the same pass as the array that it is in, at this place.

        With the type comes a function: whether such a value, decoded from a part of a text, is valid; a no, or a
        `ValueError`, means *judge it*. The type is `Raw` where `decode` must see the text.
        """
        if self._at_once is not None and self._at_once.spelling is not None:
            is_spelled = self._at_once.spelling.asked_within(place)
            return self._at_once.python_type, self._ways.accepting(is_spelled)
        as_text = self._as_text or self._public is not None
        return msgspec.Raw if as_text else self._wire_type, self._ways.accepting(None)

    def decode_slowly(self, text: bytes | msgspec.Raw) -> T:
        """The same as `decode`, by the full validator alone."""
        value = self._judged_value(text)
        found: T = (
            msgspec.convert(value, self._wire_type)
            if self._public is None
            else self._public.hand_out(self._encoder.encode(value))
        )
        return found

    def _judged_value(self, text: bytes | msgspec.Raw) -> object:
        try:
            value = parse(bytes(text))
        except Unreadable as error:
            raise InvalidPayload(
                self.name, [Issue("", error.code, str(error))]
            ) from None
        issues = self._judge.issues(value)
        if issues:
            raise InvalidPayload(self.name, discreet(issues, self.sensitive))
        return value

    def issues(self, raw: bytes) -> list[Issue]:
        """What is wrong with a JSON text, in the contract's order; empty when it is valid."""
        try:
            self.verify(raw)
        except InvalidPayload as error:
            return error.issues
        return []

    def _encode(self, value: T) -> bytes:
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
