"""Objects: which property becomes which, what stands for one that is missing, and which go.

Undeclared properties of an open object are not sent by generated code; they are taken out where the reader takes
nothing that it does not declare, since people may hand in more than a type shows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rtgen.conversion.nulls import not_null
from rtgen.conversion.steps import Fields, Fill, Move
from rtgen.conversion.walk import Sides, Walk, below
from rtgen.schema.types import AnyType, NamedType, NullType, ObjectType, Property, RefType, TypeNode
from rtgen.source.span import Span


@dataclass(slots=True)
class FieldPlanner:
    """Plans for one pair of objects."""

    walk: Walk
    sent: ObjectType
    read: ObjectType
    at: str
    before: list[Fill] = field(default_factory=list)
    after: list[Fill] = field(default_factory=list)

    @property
    def sides(self) -> Sides:
        """Where it stands."""
        return self.walk.sides

    def plan(self) -> Fields | None:
        """What becomes of the properties; `None` where all stays."""
        sources = dict(self._sources())
        moves = tuple(self._moves(sources))
        for each in self.read.properties:
            if each.name not in sources and each.required:
                self._fill_missing(each)
        only, dropped = self._gone({each.name for each in sources.values()})
        made = Fields(only, dropped, tuple(self.before), moves, tuple(self.after))
        self._check_extra()
        self._check_counts(made)
        return None if made.changes_nothing else made

    def _sources(self) -> Iterator[tuple[str, Property]]:
        """What each property that is read is made of: the one of its name, else the one that was or is called so."""
        own = {each.name: each for each in self.sent.properties}
        asked = {each.name for each in self.read.properties}
        if self.sides.to_now:
            for each in self.read.properties:
                earlier = (name for name in each.was if name in own and name not in asked)
                name = each.name if each.name in own else next(earlier, None)
                if name is not None:
                    yield each.name, own[name]
            return
        renamed: dict[str, Property] = {}
        for sent in self.sent.properties:
            name = next((was for was in sent.was if was in asked and was not in own), None)
            if name is not None and sent.name not in asked:
                renamed.setdefault(name, sent)
        for each in self.read.properties:
            source = own.get(each.name) or renamed.get(each.name)
            if source is not None:
                yield each.name, source

    def _moves(self, sources: Mapping[str, Property]) -> Iterator[Move]:
        for each in self.read.properties:
            source = sources.get(each.name)
            if source is None:
                continue
            sent = self._without_null(source, each)
            with self.sides.standing(self._span(source, each)):
                made = self.walk.plan(sent, each.type, below(self.at, source.name))
            if each.required and not source.required:
                self._fill_optional(source, each)
            if made is not None or source.name != each.name:
                yield Move(source.name, each.name, made)

    def _without_null(self, source: Property, read: Property) -> TypeNode:
        """What is left to convert of a property's type: its default stands for a `null` that the reader refuses."""
        rest = not_null(source.type, self.sides.sent)
        if rest is None or self.sides.proves(NullType(), read.type) or not self._stands_in(source, read, null=True):
            return source.type
        return rest

    def _stands_in(self, source: Property, read: Property, *, null: bool) -> bool:
        """Have a default stand for what is missing, or `null`; that of now goes first. Tells whether there is one."""
        given = self._default(source, self.sides.sent), self._default(read, self.sides.read)
        for is_read in (True, False) if self.sides.to_now else (False, True):
            text, each = given[is_read], (source, read)[is_read]
            if text and (text != "null" or not null) and self.sides.fits(each.type, text, read=is_read):
                (self.after if is_read else self.before).append(Fill(each.name, text, null=null))
                return True
        return False

    def _fill_optional(self, source: Property, read: Property) -> None:
        """A property that the sender may leave out and the reader needs."""
        if self._stands_in(source, read, null=False):
            return
        message = f"`{source.name}` may be missing, and {self.sides.reader} needs it"
        hint = f"Give `{self._name_now(source, read)}` a `default` that it allows."
        self.sides.stop(below(self.at, source.name), message, hint, self._span(source, read))

    def _fill_missing(self, read: Property) -> None:
        """A property that the sender does not know and the reader needs."""
        texts = [self._default(read, self.sides.read)]
        if not self.sides.to_now:
            texts.insert(0, dict(self.sent.removed).get(read.name, ""))
        for text in texts:
            if text and self.sides.fits(read.type, text, read=True):
                self.after.append(Fill(read.name, text, always=True))
                return
        if self.sides.to_now:
            message = f"`{read.name}` is needed now, and the old version does not know it"
            hint = "Give it a `default`, or `was` with the name that it had."
        else:
            message = f"`{read.name}` is gone, and the old version needs it"
            hint = f"Say what it is given: `removed: {{ {read.name}: … }}` beside `properties`, with a value it allows."
        self.sides.stop(below(self.at, read.name), message, hint, read.span if self.sides.to_now else None)

    def _default(self, prop: Property, types: Mapping[str, NamedType]) -> str:
        """A property's own default, else that of the schema it refers to."""
        if prop.default or not isinstance(prop.type, RefType):
            return prop.default
        return types[prop.type.name].default

    def _name_now(self, source: Property, read: Property) -> str:
        return read.name if self.sides.to_now else source.name

    def _span(self, source: Property, read: Property) -> Span | None:
        return read.span if self.sides.to_now else source.span

    def _gone(self, used: set[str]) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        """The names that alone stay, or those that go: what the reader would refuse."""
        if isinstance(self.read.extra, AnyType):
            return None, ()
        unread = [each for each in self.sent.properties if each.name not in used]
        refused = [each for each in unread if not self._taken(each.type)]
        if isinstance(self.sent.extra, AnyType) or (self.sent.extra is not None and self.read.extra is None):
            refused_names = {each.name for each in refused}
            return tuple(each.name for each in self.sent.properties if each.name not in refused_names), ()
        return None, tuple(each.name for each in refused)

    def _taken(self, node: TypeNode) -> bool:
        """Whether the reader takes such a value under a name that it does not declare."""
        return self.read.extra is not None and self.sides.proves(node, self.read.extra)

    def _check_extra(self) -> None:
        """What a map beside the declared properties holds, where both sides have one."""
        sent, read = self.sent.extra, self.read.extra
        if sent is None or isinstance(sent, AnyType) or read is None:
            return
        own = {each.name for each in self.sent.properties}
        others = (each.type for each in self.read.properties if each.name not in own and not each.required)
        for taker in (read, *others):
            if not self.sides.proves(sent, taker):
                self.sides.refuse(sent, taker, below(self.at, "*"))
                return

    def _check_counts(self, made: Fields) -> None:
        least, most = self.read.min_properties, self.read.max_properties
        if least is None and most is None:
            return
        renames_only = made.only is None and not (made.dropped or made.before or made.after)
        if renames_only and self.sides.proves(_counted(self.sent), _counted(self.read)):
            return
        names = {each.name for each in self.read.properties} | {each.name for each in self.sent.properties}
        certain = sum(each.required for each in self.read.properties)
        bounded = self.sent.extra is None or isinstance(self.sent.extra, AnyType)
        if certain < (least or 0) or (most is not None and (not bounded or len(names) > most)):
            message = "it is not sure that the number of properties is right once they are converted"
            self.sides.stop(self.at, message, "Leave `minProperties` and `maxProperties` out.")


def _counted(node: ObjectType) -> ObjectType:
    """An object of which only the number of its properties is asked."""
    properties = tuple(Property(each.name, AnyType(), each.required) for each in node.properties)
    return ObjectType(properties, node.extra, node.min_properties, node.max_properties)
