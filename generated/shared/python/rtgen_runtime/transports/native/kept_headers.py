"""The headers of a handshake, kept small: authenticators look at them now and then, every connection has them."""

from collections.abc import Iterator, Mapping


class KeptHeaders(Mapping[str, str]):
    """A mapping that is one text, a third of the size of a dict; it is read anew whenever somebody looks."""

    __slots__ = ("_lines",)

    def __init__(self, headers: Mapping[str, str]) -> None:
        """Neither names nor values may hold a line feed: HTTP has none in them."""
        self._lines = "\n".join(f"{name}:{value}" for name, value in headers.items())

    def __getitem__(self, name: str) -> str:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return repr(self._read())

    def _read(self) -> dict[str, str]:
        if not self._lines:
            return {}
        pairs = (line.partition(":")[::2] for line in self._lines.split("\n"))
        return dict(pairs)
