"""`flags.py`: the Struct with the values of all flags, and the table that the runtime goes by."""

from rtgen.contract.flags import Flag
from rtgen.contract.model import Contract
from rtgen.targets.python.code import call, doc
from rtgen.targets.python.contexts import FieldContext, FlagsContext, MethodContext
from rtgen.targets.python.data_modules import SEAM, import_from
from rtgen.targets.python.header import title
from rtgen.targets.python.names import attribute_name
from rtgen.targets.text import PyCode, py_string
from rtgen.targets.wording import going, paragraphs

CLASS = "Flags"
"""What the Struct is called."""


def flags_context(contract: Contract) -> FlagsContext:
    """The module of a contract that has flags."""
    seam = {"Flag", "FlagSet", "Struct"}
    seam |= {"field"} if any(attribute_name(each.name) != each.name for each in contract.flags) else set()
    seam |= {"Variant"} if any(each.has_variants for each in contract.flags) else set()
    typing = ["Final", *(["Literal"] if any(each.has_variants for each in contract.flags) else [])]
    return FlagsContext(
        title=title(contract, f"The flags of the contract `{contract.name}`."),
        imports=(import_from("typing", typing), PyCode(""), import_from(SEAM, seam)),
        fields=tuple(_field(each) for each in contract.flags),
        flags=tuple(_declaration(each) for each in contract.flags),
    )


def flags_property(contract: Contract, words: str) -> tuple[MethodContext, ...]:
    """The attribute `flags` of a context or a client; nothing in a contract without flags."""
    if not contract.flags:
        return ()
    head, body = PyCode(f"def flags(self) -> {CLASS}:"), PyCode(f"return self._flags({CLASS})")
    return (MethodContext(head, doc(words, 8), body, (PyCode("@property"),)),)


def _field(flag: Flag) -> FieldContext:
    name, values = attribute_name(flag.name), [_literal(each) for each in flag.values]
    kind = f"Literal[{', '.join(values)}]" if flag.has_variants else "bool"
    default = values[0]
    if name == flag.name:
        line = PyCode(f"{name}: {kind} = {default}")
    else:
        line = call(f"{name}: {kind} = field", [f"name={py_string(flag.name)}", f"default={default}"], indent=4)
    return FieldContext(line, doc(paragraphs(flag.description, going(flag.deprecation)), 4))


def _declaration(flag: Flag) -> PyCode:
    given = [str(py_string(flag.name)), str(py_string(flag.description)), f"percent={flag.percent!r}"]
    if flag.has_variants:
        variants = ", ".join(f"Variant({py_string(each.name)}, {each.weight!r})" for each in flag.variants)
        given.append(f"variants=({variants}{',' if len(flag.variants) == 1 else ''})")
    if flag.default:
        given.append(f"default={py_string(flag.default)}")
    return call("Flag", given, indent=8, after=",")


def _literal(value: bool | str) -> str:
    return str(py_string(value)) if isinstance(value, str) else str(value)
