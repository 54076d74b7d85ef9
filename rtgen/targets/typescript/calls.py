"""Which checks call which: those that may call themselves must not be given a value before its depth is known."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Calls:
    """Grows while checks are written; names are those of types and of parts of types."""

    inside: list[str] = field(default_factory=list)
    """The checks that are being written, the innermost last."""
    called: dict[str, set[str]] = field(default_factory=dict)

    def note(self, name: str) -> None:
        """The check that is being written calls this one."""
        if self.inside:
            self.called.setdefault(self.inside[-1], set()).add(name)

    def may_recur(self, name: str) -> bool:
        """Whether a check, or one that it leads to, leads to itself."""
        return any(each in self._reached(each) for each in {name, *self._reached(name)})

    def _reached(self, name: str) -> set[str]:
        seen: set[str] = set()
        rest = [*self.called.get(name, ())]
        while rest:
            each = rest.pop()
            if each not in seen:
                seen.add(each)
                rest.extend(self.called.get(each, ()))
        return seen
