"""JSON pointers in generated checks: the expression of a place, put together only when something is wrong there."""

from dataclasses import dataclass

from rtgen.targets.typescript.escapes import template_text


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: an expression, and what a template literal adds behind it."""

    base: str = "at"
    rest: str = ""

    def member(self, name: str) -> "Place":
        """A declared property."""
        return Place(self.base, self.rest + "/" + template_text(name.replace("~", "~0").replace("/", "~1")))

    def item(self, index: str) -> "Place":
        """An item of an array, by the variable that counts."""
        return Place(self.base, f"{self.rest}/${{String({index})}}")

    def entry(self, name: str) -> "Place":
        """A property whose name is in a variable."""
        return Place(f"pointerTo({self.code}, {name})")

    @property
    def code(self) -> str:
        """The whole expression."""
        return f"`${{{self.base}}}{self.rest}`" if self.rest else self.base
