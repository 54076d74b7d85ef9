"""What a text is made of, with its comments: each belongs to the key or item that it stands before, behind or below."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Comment:
    """One comment, from its `#` on."""

    at: int
    text: str
    line: int
    column: int
    alone: bool
    """Nothing else stands on its line."""
    after_blank: bool = False


@dataclass(slots=True)
class Word:
    """A single value or an alias. `block` holds the lines of a block scalar: its sign, then its body unindented."""

    start: int
    end: int
    value: str
    plain: bool = False
    alias: bool = False
    anchor: str = ""
    block: tuple[str, ...] = ()


@dataclass(slots=True)
class Part:
    """One entry of an object, or one item of a list (without `key`)."""

    value: "Piece"
    key: Word | None = None
    before: list[Comment] = field(default_factory=list)
    behind: list[Comment] = field(default_factory=list)
    after_blank: bool = False


@dataclass(slots=True)
class Group:
    """An object or a list. `below` are comments after its last part."""

    start: int
    end: int
    is_object: bool
    flow: bool
    one_line: bool
    anchor: str = ""
    parts: list[Part] = field(default_factory=list)
    below: list[Comment] = field(default_factory=list)

    def has_comments(self) -> bool:
        """Whether a comment stands anywhere in it."""
        return bool(self.below) or any(
            part.before or part.behind or (isinstance(part.value, Group) and part.value.has_comments())
            for part in self.parts
        )


Piece = Word | Group


@dataclass(slots=True)
class Document:
    """A whole text. `head` are the comments before its first key: they stay there."""

    root: Piece
    head: list[Comment] = field(default_factory=list)
    head_apart: bool = False
    """An empty line follows them."""
    tail: list[Comment] = field(default_factory=list)
    has_anchors: bool = False
    comments: tuple[str, ...] = ()
    """Every comment's text."""
