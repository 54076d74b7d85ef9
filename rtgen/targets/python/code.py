"""Lines of Python that more than one module prints: calls, signatures, docstrings, imports by use."""

from collections.abc import Iterable, Sequence

from rtgen.contract.model import ClientEvent, Event
from rtgen.schema.deprecation import Deprecation
from rtgen.schema.types import NullType, RefType, TypeNode
from rtgen.targets.python.layout import WIDTH
from rtgen.targets.python.names import schema_constant
from rtgen.targets.text import PyCode, PyDoc, py_doc, py_string
from rtgen.targets.wording import behind, going, paragraphs


def call(head: str, arguments: Sequence[str], *, indent: int = 0, after: str = "") -> PyCode:
    """A call or a signature as formatters leave it: on one line, with its arguments on the next, or one a line."""
    pad = " " * indent
    flat = f"{head}({', '.join(arguments)}){after}"
    if indent + len(flat) <= WIDTH or not arguments:
        return PyCode(flat)
    inner = ", ".join(arguments)
    if indent + 4 + len(inner) <= WIDTH and "*" not in arguments:
        return PyCode(f"{head}(\n{pad}    {inner}\n{pad}){after}")
    lines = "".join(f"{pad}    {each},\n" for each in arguments)
    return PyCode(f"{head}(\n{lines}{pad}){after}")


def signature(name: str, parameters: Sequence[str], returns: str, *, is_async: bool = False) -> PyCode:
    """The head of a method, as it stands in a class."""
    keyword = "async def" if is_async else "def"
    return call(f"{keyword} {name}", ["self", *parameters], indent=4, after=f" -> {returns}:")


def tuple_of(items: Sequence[str]) -> str:
    """A tuple literal."""
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def carried(node: TypeNode | None) -> str:
    """The name of the type that an event carries, empty where it carries none; the model names all of them."""
    match node:
        case None | NullType():
            return ""
        case RefType(name):
            return name
        case _:
            raise TypeError(f"an event carries an unnamed type: {node!r}")


def schema_of(node: TypeNode | None) -> str:
    """The schema constant of what an event carries."""
    name = carried(node)
    return f"validators.{schema_constant(name)}" if name else "NOTHING"


def doc(text: str, indent: int) -> PyDoc:
    """A docstring's inside; with more than one line the closing quotes stand on their own."""
    made = py_doc(text, indent)
    return PyDoc(made + "\n" + " " * indent) if "\n" in made else made


def about(event: Event, fallback: str) -> str:
    """An event in the contract's words."""
    words = event.notes.description or event.notes.title or fallback
    return paragraphs(words, behind(event), going(event.deprecation))


def decorators(what: str, deprecation: Deprecation | None) -> tuple[PyCode, ...]:
    """What stands above a method that is going away: who still calls it is warned."""
    if deprecation is None:
        return ()
    words = f"{what} is deprecated: {deprecation.words}" if deprecation.words else f"{what} is deprecated"
    return (call("@deprecated", [py_string(words)], indent=4),)


def raises(event: ClientEvent, errors: Iterable[tuple[str, str]]) -> str:
    """The `Raises:` part of a docstring."""
    lines = [f"    {name}: {words}" for name, words in errors]
    return "Raises:\n" + "\n".join(lines) if event.errors else ""
