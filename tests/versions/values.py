"""What one version sends: values near the edges of both versions' schemas."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

from rtgen.contract.model import Contract
from rtgen.schema.inclusion import Inclusion
from rtgen.schema.types import Json, NullType, TypeNode

_NOTHING = NullType()


@dataclass(frozen=True)
class Values:
    """Values that `sender` sends and `reader` reads; some that are known to be worth trying come first."""

    sender: Contract
    reader: Contract
    shown: tuple[tuple[str, Json], ...] = ()
    """Places (`room.say payload`) and values for them."""
    most: int = 12

    @cached_property
    def _inclusion(self) -> Inclusion:
        return Inclusion(self.sender.types_by_name, self.reader.types_by_name)

    def of(self, place: str, sent: TypeNode | None, read: TypeNode | None) -> Iterator[Json]:
        """At most `most` values, spread over all that come to mind, and what is shown for the place."""
        mine = sent or _NOTHING
        # What the reader does not know has no edges; the sender's own types must not be looked up in its contract.
        inclusion = self._inclusion if read is not None else Inclusion(self.sender.types_by_name, {})
        found = list(islice(inclusion.sendable(mine, read or _NOTHING), 20 * self.most))
        step = max(1, len(found) // self.most)
        spread = found[: self.most // 2] + found[self.most // 2 :: step]
        return chain((value for at, value in self.shown if at == place), spread[: self.most + 1])
