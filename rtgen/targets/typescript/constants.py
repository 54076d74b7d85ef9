"""Constants of a module of checks: compiled patterns, and sets of values and of names."""

from dataclasses import dataclass, field

from rtgen.targets.naming import snake_case
from rtgen.targets.text import TsCode
from rtgen.targets.typescript.escapes import quoted, regex
from rtgen.targets.typescript.layout import assigned, call, fits


@dataclass(slots=True)
class Constants:
    """Declarations by name. A name comes from the path of what it is for, so that it stays when others come."""

    declared: dict[str, TsCode] = field(default_factory=dict)

    def pattern(self, path: tuple[str, ...], text: str) -> str:
        """The name of a compiled pattern."""
        name = _name(path, "PATTERN")
        declaration, _ = assigned(f"const {name}", f"{regex(text)};")
        return self._declare(name, declaration.removeprefix(f"const {name}"))

    def values(self, path: tuple[str, ...], members: list[str]) -> str:
        """The name of a set of scalars."""
        return self._set(_name(path, "VALUES"), "unknown", members)

    def names(self, path: tuple[str, ...], members: list[str]) -> str:
        """The name of a set of property names."""
        return self._set(_name(path, "NAMES"), "string", members)

    def texts(self, path: tuple[str, ...], json: str) -> str:
        """The name of a set of values that are arrays or objects."""
        name = _name(path, "LISTED")
        left = f"const {name}: ReadonlySet<string>"
        value = call("/* @__PURE__ */ listed", (str(quoted(json)),), ";", 0)
        if not fits(f"{left} = {value}"):
            value = f"/* @__PURE__ */ listed(\n  {quoted(json)},\n);"
        return self._declare(name, f"{left} = {value}".removeprefix(f"const {name}"))

    def _set(self, name: str, item: str, members: list[str]) -> str:
        left = f"const {name}: ReadonlySet<{item}>"
        value = f"/* @__PURE__ */ new Set([{', '.join(members)}]);"
        if not members:
            value = "/* @__PURE__ */ new Set();"
        opening, indent = assigned(left, "/* @__PURE__ */ new Set([")
        if fits(f"{left} = {value}"):
            text = f"{left} = {value}"
        elif indent and fits(value, indent):
            text = f"{left} =\n  {value}"
        else:
            pad = " " * indent
            text = opening + "\n" + "".join(f"{pad}  {row},\n" for row in _rows(members, indent)) + f"{pad}]);"
        return self._declare(name, text.removeprefix(f"const {name}"))

    def _declare(self, name: str, rest: str) -> str:
        while self.declared.get(name, f"const {name}{rest}") != f"const {name}{rest}":
            name += "_"
        self.declared[name] = TsCode(f"const {name}{rest}")
        return name


def _rows(members: list[str], indent: int) -> list[str]:
    """One member a line; numbers fill their lines, as Prettier has it."""
    if not all(each.lstrip("-")[:1].isdigit() for each in members):
        return members
    rows = [members[0]]
    for each in members[1:]:
        longer = f"{rows[-1]}, {each}"
        if fits(longer + ",", indent + 2):
            rows[-1] = longer
        else:
            rows.append(each)
    return rows


def _name(path: tuple[str, ...], suffix: str) -> str:
    return "_".join([*(snake_case(step).upper() for step in path), suffix])
