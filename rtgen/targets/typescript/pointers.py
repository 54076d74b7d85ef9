"""Places in generated checks: the steps from the value that a function was called with to the one it looks at.

At run time a place is there only while errors are explained; `at?.` builds nothing for a value that is only judged.
"""

from dataclasses import dataclass

from rtgen.targets.text import TsCode
from rtgen.targets.typescript.escapes import quoted


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: expressions of names and indices, outermost first."""

    steps: tuple[TsCode, ...] = ()

    def member(self, name: str) -> "Place":
        """A declared property."""
        return Place((*self.steps, quoted(name)))

    def item(self, index: int | str) -> "Place":
        """An item of an array, or a property whose name is in a variable: a number, or the name of the variable."""
        return Place((*self.steps, TsCode(str(index))))

    @property
    def code(self) -> str:
        """The place as an argument: `at`, or `at?.in("tags", index)`."""
        return f"at?.in({', '.join(self.steps)})" if self.steps else "at"

    def told(self, method: str, *arguments: str) -> str:
        """The condition that nobody wants to hear more after something wrong was told, by a method of the runtime's."""
        return f"!at?.{method}({', '.join((*arguments, *self.steps))})"

    def refuses(self, code: str) -> str:
        """The same for a keyword without a limit."""
        return self.told("refuses", quoted(code))

    def needs(self, code: str, wanted: str) -> str:
        """The same for a keyword with a limit, of which `wanted` is the expression."""
        return self.told("needs", quoted(code), wanted)
