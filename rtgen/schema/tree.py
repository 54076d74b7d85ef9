"""The files of one contract and the references between them. Nothing is ever fetched from a network."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from rtgen.source.finding import Edit, Finding, error
from rtgen.source.loader import Source, load
from rtgen.source.nearest import did_you_mean, respelt
from rtgen.source.nodes import MappingNode, Node, Scalar, Sequence
from rtgen.source.pointer import Pointer, PointerError, find, format_pointer, key_span, parse_fragment
from rtgen.source.span import Span, file_start

_SCHEME = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a schema stands: a file, as findings name it, and the steps from its root."""

    file: str
    pointer: Pointer

    def below(self, *steps: str) -> "Place":
        """A place further down."""
        return Place(self.file, (*self.pointer, *steps))


class UnresolvedError(Exception):
    """A reference leads nowhere; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(slots=True)
class Tree:
    """The contract's own file and those it refers to, each read once, on first use.

    `shown_folder` is the folder of the contract's file as findings name it.
    """

    main: Source
    root: Node
    folder: Path = field(init=False)
    shown_folder: PurePosixPath = field(init=False)
    sources: dict[str, Source] = field(init=False)
    links: dict[Path, Path] = field(default_factory=dict, init=False)
    """Where references lead through symbolic links: the path as it is written, and the real one."""
    _anchors: dict[str, dict[str, list[Pointer]]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.folder = self.main.path.parent
        self.shown_folder = PurePosixPath(self.main.text.file).parent
        self.sources = {self.main.text.file: self.main}

    @property
    def file(self) -> str:
        """The contract's own file."""
        return self.main.text.file

    def root_of(self, file: str) -> Node | None:
        """The root node of a file that was read."""
        return self.root if file == self.file else self.sources[file].root

    def node(self, place: Place) -> Node | None:
        """What stands at a place."""
        root = self.root_of(place.file)
        return None if root is None else find(root, place.pointer)

    def span(self, place: Place) -> Span:
        """Where to point for a place as a whole: its key."""
        root = self.root_of(place.file)
        return file_start(place.file) if root is None else key_span(root, place.pointer)

    def resolve(self, reference: Scalar, at: Place) -> Place:
        """The place a `$ref` leads to.

        Raises:
            UnresolvedError: It leads nowhere, out of the contract's folder, or to a network.
        """
        text, span = reference.text, reference.span
        path, mark, fragment = text.partition("#")
        file = at.file if not path else self._file(path, at, span)
        if fragment and not fragment.startswith("/"):
            return Place(file, self._anchored(file, fragment, span))
        try:
            pointer = parse_fragment(fragment)
        except PointerError as problem:
            raise _refused(f"`{text}` is not a reference: {problem}", span) from problem
        if not mark or not pointer:
            raise _refused(f"`{text}` names a file but no schema in it", span, "End it with `#/schemas/…`.")
        place = Place(file, pointer)
        if self.node(place) is None:
            fix = self._respelt(place, reference)
            raise _refused(f"nothing stands at `{text}`", span, self._nearest(place), fix)
        return place

    def _anchored(self, file: str, name: str, span: Span) -> Pointer:
        """Where the schema with an `$anchor` stands."""
        root = self.root_of(file)
        if file not in self._anchors and root is not None:
            self._anchors[file] = _anchors(root)
        known = self._anchors.get(file, {})
        found = known.get(name, [])
        if len(found) == 1:
            return found[0]
        if found:
            raise _refused(f"`#{name}` is ambiguous: {len(found)} schemas have this `$anchor`", span, "Rename one.")
        raise _refused(f"no schema has the `$anchor` `{name}`", span, did_you_mean(name, known))

    def _respelt(self, place: Place, reference: Scalar) -> Edit | None:
        """The reference with its last step corrected, where only that is wrong."""
        above = self.node(Place(place.file, place.pointer[:-1]))
        last = place.pointer[-1]
        if not isinstance(above, MappingNode) or not reference.text.endswith(f"/{last}"):
            return None
        fix = respelt(last, above.entries, reference.span)
        if fix is None or not fix.text.isalnum() or "'" in reference.text:
            return None
        return Edit(reference.span, f"'{reference.text.removesuffix(last)}{fix.text}'")

    def _nearest(self, place: Place) -> str:
        for length in range(len(place.pointer) - 1, -1, -1):
            above = self.node(Place(place.file, place.pointer[:length]))
            if isinstance(above, MappingNode):
                prefix = format_pointer(place.pointer[:length])
                hint = did_you_mean(place.pointer[length], above.entries)
                return f"{hint} (in `#{prefix}`)" if hint else ""
        return ""

    def _file(self, path: str, at: Place, span: Span) -> str:
        if _SCHEME.match(path):
            hint = "Save a copy beside the contract and refer to it by `./name.yaml#/schemas/…`."
            raise _refused(f"`{path}` is outside the contract's folder; references never leave it", span, hint)
        if "%" in path or "\\" in path or path.startswith("/"):
            raise _refused(f"`{path}` is not a plain relative path", span, "Write `./name.yaml#/schemas/…`.")
        here = self.sources[at.file].path.parent
        target = here / path
        inside = self.folder.resolve()
        try:
            real = target.resolve()
            relative = real.relative_to(inside)
        except (ValueError, OSError, RuntimeError) as problem:
            message = f"`{path}` is outside the contract's folder; references never leave it"
            raise _refused(message, span, "Move the file below the contract's folder.") from problem
        if os.path.abspath(target) != str(real):  # noqa: PTH100  # asks for no link, unlike `resolve`
            self.links[target] = real
        shown = (self.shown_folder / relative.as_posix()).as_posix()
        if shown not in self.sources:
            self.sources[shown] = load(real, shown)
        source = self.sources[shown]
        if source.root is None:
            reason = source.findings[0].message if source.findings else "it is empty"
            raise _refused(f"`{path}`: {reason}", span, "Check the path; it is relative to the file it stands in.")
        return shown


def _anchors(root: Node) -> dict[str, list[Pointer]]:
    """The places of all `$anchor`s of a file, by name."""
    found: dict[str, list[Pointer]] = {}
    rest: list[tuple[Pointer, Node]] = [((), root)]
    while rest:
        pointer, node = rest.pop()
        if isinstance(node, MappingNode):
            name = node.get("$anchor")
            if isinstance(name, Scalar) and isinstance(name.value, str):
                found.setdefault(name.value, []).append(pointer)
            rest.extend(((*pointer, entry.key), entry.value) for entry in node)
        elif isinstance(node, Sequence):
            rest.extend(((*pointer, str(index)), item) for index, item in enumerate(node.items))
    return found


def _refused(message: str, span: Span, hint: str = "", fix: Edit | None = None) -> UnresolvedError:
    said = hint or "Refer to a schema, such as `#/schemas/Name`."
    return UnresolvedError(error("unresolved-ref", message, span, said, fix=fix))
