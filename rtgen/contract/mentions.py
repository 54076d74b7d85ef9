"""Names that a contract mentions must be there: flags, properties to conflate by, channels and events to plan for.

A name that leads nowhere would otherwise be found at run time, or never: a flag that is always off, a capacity plan for
an event that nobody sends.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from rtgen.contract.flags import variants_of
from rtgen.contract.model import Contract
from rtgen.schema.evolving import names_before
from rtgen.schema.types import (
    BooleanType,
    LiteralType,
    MapType,
    NamedType,
    NumberType,
    ObjectType,
    RefType,
    StringType,
    TypeNode,
    base_of,
)
from rtgen.source.finding import Finding, Related, error
from rtgen.source.nearest import did_you_mean, respelt
from rtgen.source.nodes import MappingNode, Node, Scalar, Sequence
from rtgen.source.span import Span


def check_mentions(root: MappingNode, contract: Contract) -> Iterator[Finding]:
    """A finding for each name that leads nowhere, or that may not be where it is."""
    yield from _flags(root, contract)
    yield from _requirements(root, contract)
    yield from _history_of_names(root, contract)
    yield from _keys(root, contract)
    yield from _claims(root, contract)


def _unknown(what: str, scalar: Scalar, known: Collection[str], hint: str = "") -> Finding:
    fix = respelt(scalar.text, known, scalar.span)
    return error(
        "unknown-name", f"there is no {what} `{scalar.text}`", scalar.span, _hint(scalar, known, hint), fix=fix
    )


def _hint(scalar: Scalar, known: Collection[str], hint: str) -> str:
    return did_you_mean(scalar.text, known) or hint or "Declare it, or leave this out."


def _flags(root: MappingNode, contract: Contract) -> Iterator[Finding]:
    declared = _object(root.get("flags"))
    always_on = {each.name for each in contract.flags if not each.can_be_off}
    for channel in _objects(root.get("channels")):
        for owner in (channel, *_objects(channel.get("events"))):
            flag = owner.get("flag")
            if isinstance(flag, Scalar) and flag.text not in declared:
                yield _unknown("flag", flag, declared, f"Declare it: `flags: {{ {flag.text}: {{ … }} }}`.")
            elif isinstance(flag, Scalar) and flag.text in always_on:
                message = f"nothing can stand behind `{flag.text}`: everybody has one of its variants"
                hint = "Give it `default: false`, or put another flag before this."
                yield error("misplaced-key", message, owner.key_span("flag"), hint)
    for flag_node in _objects(root.get("flags")):
        yield from _default(flag_node)


def _default(flag: MappingNode) -> Iterator[Finding]:
    """What a flag is for those who have it not."""
    default, names = flag.get("default"), [each.name for each in variants_of(flag)]
    if not isinstance(default, Scalar) or default.value is False:
        return
    if default.value is True:
        hint = "To switch it on for everybody write `percent: 100`."
        message = "the default is what holds where a flag is off: it can't be `true`"
        yield error("wrong-value", message, default.span, hint)
    elif not names:
        hint = "Write `false`, or name the `variants`."
        yield error("wrong-value", f"a flag without `variants` can't be `{default.text}`", default.span, hint)
    elif default.text not in names:
        yield _unknown("variant", default, names)


def _requirements(root: MappingNode, contract: Contract) -> Iterator[Finding]:
    asked = root.get("requirements")
    channels = [each.name for each in contract.channels]
    events = [event.name for channel in contract.channels for event in channel.events]
    full = [f"{channel.name}.{event.name}" for channel in contract.channels for event in channel.events]
    if not isinstance(asked, MappingNode):
        return
    for section, what, known in (("traffic", "event", [*events, *full]), ("members", "channel", channels)):
        for name in _object(asked.get(section)).values():
            yield from (_unknown(what, name, known),) if name.text not in known else ()


def _history_of_names(root: MappingNode, contract: Contract) -> Iterator[Finding]:
    """`removed` names that are back, and `was` names that are still there."""
    nodes = _object_entries(root.get("channels"))
    yield from _returned(root, {each.name: each.span for each in contract.channels}, "channel")
    yield from _shared(nodes.values(), "channel")
    errors = _object_entries(root.get("errors"))
    yield from _shared(errors.values(), "error")
    for each in errors.values():
        yield from _still_there(each, errors.keys(), "error")
    for channel in contract.channels:
        node = nodes.get(channel.name)
        if node is None:
            continue
        yield from _still_there(node, {each.name for each in contract.channels}, "channel")
        names = {each.name: each.span for each in channel.events}
        yield from _returned(node, names, "event")
        yield from _shared(_objects(node.get("events")), "event")
        for event in _objects(node.get("events")):
            yield from _still_there(event, names.keys(), "event")


def _returned(node: MappingNode, names: Mapping[str, Span | None], what: str) -> Iterator[Finding]:
    removed = node.get("removed")
    for each in removed.items if isinstance(removed, Sequence) else ():
        if isinstance(each, Scalar) and each.text in names:
            message = f"the {what} `{each.text}` was removed, and is here again"
            hint = "Old clients would take it for the old one: give it another name."
            yield error("removed-name", message, names[each.text] or each.span, hint)


def _still_there(node: MappingNode, names: Collection[str], what: str) -> Iterator[Finding]:
    for was in names_before(node):
        if was.text in names:
            message = f"this {what} was called `{was.text}`, and there is one of that name"
            yield error("removed-name", message, was.span, "An earlier name can't have a second meaning.")


def _shared(nodes: Iterable[Node], what: str) -> Iterator[Finding]:
    """An earlier name that two claim."""
    seen: dict[str, Scalar] = {}
    for node in nodes:
        for was in names_before(node):
            if seen.setdefault(was.text, was) is not was:
                message = f"two {what}s were called `{was.text}`"
                related = (Related("the other", seen[was.text].span),)
                hint = "Only one can go on in its place; the other is new."
                yield error("removed-name", message, was.span, hint, related)


def _keys(root: MappingNode, contract: Contract) -> Iterator[Finding]:
    """`conflate: { key }` and `latest: { key }` name a required property of the payload, of a single value."""
    types = contract.types_by_name
    nodes = _object_entries(root.get("channels"))
    for channel in contract.channels:
        events = _object_entries(nodes[channel.name].get("events")) if channel.name in nodes else {}
        for event in channel.events:
            for word in ("conflate", "latest") if event.name in events else ():
                asked = events[event.name].get(word)
                key = asked.get("key") if isinstance(asked, MappingNode) else None
                if isinstance(key, Scalar):
                    yield from _key(word, key, _final(event.payload, types), types)


def _key(word: str, key: Scalar, payload: TypeNode | None, types: Mapping[str, NamedType]) -> Iterator[Finding]:
    known = {each.name: each for each in payload.properties} if isinstance(payload, ObjectType) else {}
    found = known.get(key.text)
    if found is None:
        yield _unknown("property", key, known, "Name a property of the payload.")
    elif not found.required:
        message = f"`{word}` goes by `{key.text}`, which a payload may leave out"
        yield error("unknown-name", message, key.span, "Add it to `required`.")
    elif not _is_comparable(_final(found.type, types)):
        message = f"`{word}` goes by `{key.text}`, which is not a string, an integer or a boolean"
        yield error("wrong-type", message, key.span, "Name a property such as an id.")


def _is_comparable(node: TypeNode | None) -> bool:
    """Whether two values are the same exactly when their texts are; fractions and objects have several."""
    match node:
        case StringType() | BooleanType():
            return True
        case NumberType(integer=integer):
            return integer
        case LiteralType(values=values):
            return all(isinstance(each, str | int) for each in values)
        case _:
            return False


def _claims(root: MappingNode, contract: Contract) -> Iterator[Finding]:
    claims = None if contract.auth is None else contract.auth.claims
    if claims is None or isinstance(_final(claims, contract.types_by_name), ObjectType | MapType):
        return
    jwt = _object_entries(root.get("auth")).get("jwt")
    span = root.key_span("auth") if jwt is None else jwt.key_span("claims")
    yield error("wrong-type", "the claims of a token are an object", span, "Write `type: object` with properties.")


def _final(node: TypeNode | None, types: Mapping[str, NamedType]) -> TypeNode | None:
    seen = set[str]()
    while node is not None:
        node = base_of(node)
        if not isinstance(node, RefType) or node.name in seen or node.name not in types:
            return node
        seen.add(node.name)
        node = types[node.name].node
    return None


def _object(node: Node | None) -> dict[str, Scalar]:
    """The keys of an object, each as a word at its place."""
    entries = node if isinstance(node, MappingNode) else ()
    return {entry.key: Scalar(entry.key, entry.key, entry.key_span) for entry in entries}


def _object_entries(node: Node | None) -> dict[str, MappingNode]:
    found = node if isinstance(node, MappingNode) else ()
    return {entry.key: entry.value for entry in found if isinstance(entry.value, MappingNode)}


def _objects(node: Node | None) -> tuple[MappingNode, ...]:
    return tuple(_object_entries(node).values())
