"""What generated Pydantic models are made of; only contracts generated with `models: pydantic` have this module.

What arrives is judged as always, on its text; a model is made of what was accepted, and never refuses it. What is sent
is judged again, so a model may be changed freely.
"""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Final, Generic, TypeAlias, TypeVar
from uuid import UUID

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from rtgen_runtime.times import nearest_text

T = TypeVar("T")

_MOST: Final = 2**53 - 1


def _held(value: object) -> object:
    """A time's text as one that Python can hold."""
    return nearest_text(value) if isinstance(value, str) else value


Uuid: TypeAlias = UUID
"""`format: uuid`; sent in lower case."""

DateTime: TypeAlias = Annotated[datetime, BeforeValidator(_held)]
"""`format: date-time`; only an aware one can be sent."""

Date: TypeAlias = Annotated[date, BeforeValidator(_held)]
"""`format: date`."""

SafeInteger: TypeAlias = Annotated[int, Field(ge=-_MOST, le=_MOST)]
"""An integer that both ends hold exactly."""


class Nullable:
    """Marks an optional property that may be `null`: there `None` is a value, elsewhere it means absent."""


class ContractModel(BaseModel):
    """Base of a contract's objects. Attributes are in Python's spelling; both it and the contract's are taken.

    An optional property that is `None` is not sent, unless the contract lets it be `null` and it was given.
    """

    model_config = ConfigDict(populate_by_name=True, protected_namespaces=())

    rtgen_constants_: ClassVar[frozenset[str]] = frozenset()
    rtgen_absent_: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Note which properties have one value only, and which are absent when they are `None`."""
        super().__pydantic_init_subclass__(**kwargs)
        optional = {
            name: each
            for name, each in cls.model_fields.items()
            if not each.is_required()
        }
        cls.rtgen_constants_ = frozenset(
            name for name, each in optional.items() if each.default is not None
        )
        nullable = {
            name
            for name, each in optional.items()
            if any(mark is Nullable for mark in each.metadata)
        }
        cls.rtgen_absent_ = frozenset(optional) - cls.rtgen_constants_ - nullable

    def model_post_init(self, context: Any, /) -> None:
        """Constants are always sent, `None` where it means absent never."""
        told = self.__pydantic_fields_set__
        told |= self.rtgen_constants_
        told -= {
            name for name in told & self.rtgen_absent_ if getattr(self, name) is None
        }

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if value is None and name in self.rtgen_absent_:
            self.__pydantic_fields_set__.discard(name)


class ClosedModel(ContractModel):
    """Base of objects that take no other properties than theirs."""

    model_config = ConfigDict(extra="forbid")


class PydanticModels(Generic[T]):
    """`objects.Public` for a type made of Pydantic models."""

    __slots__ = ("_adapter",)

    def __init__(self, python_type: Any) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(python_type)

    def hand_out(self, text: bytes | msgspec.Raw) -> T:
        """See `Public`."""
        return self._adapter.validate_json(bytes(text))

    def take_in(self, value: T) -> bytes:
        """See `Public`."""
        return self._adapter.dump_json(
            value, by_alias=True, exclude_unset=True, warnings=False
        )


__all__ = [
    "ClosedModel",
    "ContractModel",
    "Date",
    "DateTime",
    "Field",
    "Nullable",
    "PydanticModels",
    "SafeInteger",
    "Uuid",
]
