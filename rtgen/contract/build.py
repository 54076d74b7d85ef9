"""Nodes → model: one function a construct. Every reference is resolved here; nobody goes back to YAML."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rtgen.contract.address import check_address, overlaps, segments
from rtgen.contract.bundle import bundled
from rtgen.contract.delivery import broker_loss_of
from rtgen.contract.documents import definitions
from rtgen.contract.events import EventBuilder, names_of, notes_of, text_of
from rtgen.contract.fingerprint import fingerprint
from rtgen.contract.flags import flags_of
from rtgen.contract.mentions import check_mentions
from rtgen.contract.model import (
    Auth,
    Channel,
    Contract,
    DomainError,
    Heartbeat,
    History,
    Limits,
    Parameter,
    Presence,
)
from rtgen.contract.names import type_name
from rtgen.contract.places import is_schema
from rtgen.contract.samples import check_samples
from rtgen.contract.units import seconds, size_in_bytes
from rtgen.contract.unserved import unserved
from rtgen.schema.deprecation import deprecation_of
from rtgen.schema.evolving import earlier_names
from rtgen.schema.folding import folded
from rtgen.schema.parse import SchemaParser
from rtgen.schema.tree import Place, Tree
from rtgen.schema.types import NullType, RefType, StringType, TypeNode
from rtgen.schema.use import Naming
from rtgen.source.finding import Finding, Related, Severity, error
from rtgen.source.nodes import Entry, MappingNode, Node, Scalar


@dataclass(slots=True)
class ContractBuilder:
    """Builds one contract from a root whose shape `contract.language` has accepted."""

    tree: Tree
    root: MappingNode
    source: str
    findings: list[Finding] = field(default_factory=list)
    parser: SchemaParser = field(init=False)
    events: EventBuilder = field(init=False)

    def __post_init__(self) -> None:
        self.parser = SchemaParser(self.tree, Naming(type_name, is_schema))
        self.events = EventBuilder(self.parser, self._place())

    def build(self) -> Contract:
        """The model. Read `findings` first: with an error among them it must not be used."""
        self.declare_schemas()
        errors = self._errors()
        self.events.known_errors = tuple(each.name for each in errors)
        channels = tuple(self._channel(entry) for entry in _entries(self.root, "channels"))
        self.findings.extend(collisions("channel", _entries(self.root, "channels")))
        self.findings.extend(overlaps(channels))
        self.findings.extend(collisions("flag", _entries(self.root, "flags")))
        auth = self._auth()
        types = self.parser.finish()
        contract = Contract(
            name=text_of(self.root, "contract"),
            version=text_of(self.root, "version"),
            types=types,
            errors=errors,
            channels=channels,
            source=self.source,
            hash=fingerprint(bundled(self.tree)),
            limits=self._limits(),
            heartbeat=self._heartbeat(),
            auth=auth,
            flags=tuple(flags_of(self.root)),
            title=text_of(self.root, "title"),
            description=text_of(self.root, "description"),
            removed=names_of(self.root, "removed"),
            unserved=tuple(unserved(self.root)),
            referenced=frozenset(self.parser.referenced),
            span=self.root.key_span("contract"),
        )
        self.findings.extend(self.parser.findings)
        self.findings.extend(self.events.findings)
        if not self.findings:
            self.findings.extend(check_mentions(self.root, contract))
        if not any(each.severity is Severity.ERROR for each in self.findings):
            self.findings.extend(check_samples(self.parser.samples, definitions(contract)))
        return contract

    def declare_schemas(self) -> None:
        """Give every entry of `schemas:` its type, used or not."""
        for entry in _entries(self.root, "schemas"):
            self.parser.use_named(self._place("schemas", entry.key))

    def _place(self, *steps: str) -> Place:
        return Place(self.tree.file, steps)

    def _errors(self) -> tuple[DomainError, ...]:
        self.findings.extend(collisions("error", _entries(self.root, "errors")))
        made = []
        for entry in _entries(self.root, "errors"):
            node = _object(entry.value)
            data = self._carried(self._place("errors", entry.key, "data")) if "data" in node else None
            retryable = node.get("retryable")
            made.append(
                DomainError(
                    entry.key,
                    text_of(node, "description"),
                    data,
                    isinstance(retryable, Scalar) and retryable.value is True,
                    text_of(node, "since"),
                    deprecation_of(node),
                    entry.key_span,
                    earlier_names(node),
                )
            )
        return tuple(made)

    def _carried(self, place: Place) -> TypeNode:
        """Like what an event carries, an error's data, a presence and the claims always have a name."""
        carried = self.parser.use(place).type
        return carried if isinstance(carried, RefType | NullType) else self.parser.use_named(place).type

    def _channel(self, entry: Entry) -> Channel:
        node = _object(entry.value)
        address = node.entries["address"].value
        declared = node.get("parameters")
        parameters = declared if isinstance(declared, MappingNode) else None
        if isinstance(address, Scalar):
            self.findings.extend(check_address(address, parameters))
        self.findings.extend(collisions("parameter", _entries(node, "parameters")))
        self.findings.extend(collisions("event", _entries(node, "events")))
        history = node.get("history")
        events = tuple(self.events.build(entry.key, each) for each in _entries(node, "events"))
        return Channel(
            name=entry.key,
            address=text_of(node, "address"),
            parameters=self._parameters(entry.key, text_of(node, "address"), parameters),
            events=events,
            history=_history(history) if isinstance(history, MappingNode) else None,
            presence=self._presence(entry.key, node.get("presence")),
            was=earlier_names(node),
            since=text_of(node, "since"),
            flag=text_of(node, "flag"),
            on_broker_loss=broker_loss_of(node, events),
            removed=names_of(node, "removed"),
            notes=notes_of(node),
            deprecation=deprecation_of(node),
            span=entry.key_span,
        )

    def _presence(self, channel: str, node: Node | None) -> Presence | None:
        if not isinstance(node, MappingNode):
            return None
        place = self._place("channels", channel, "presence")
        if "state" not in node:
            return Presence(self._carried(place))
        standard = Presence(NullType())
        grace, count_over = text_of(node, "grace"), node.get("countOver")
        return Presence(
            self._carried(place.below("state")),
            seconds(grace) if grace else standard.grace,
            count_over.value
            if isinstance(count_over, Scalar) and isinstance(count_over.value, int)
            else standard.count_over,
        )

    def _parameters(self, channel: str, address: str, declared: MappingNode | None) -> tuple[Parameter, ...]:
        made = []
        for segment in segments(address):
            entry = None if declared is None else declared.entries.get(segment.text)
            if segment.is_parameter and entry is not None:
                made.append(self._parameter(channel, entry))
        return tuple(made)

    def _parameter(self, channel: str, entry: Entry) -> Parameter:
        place = self._place("channels", channel, "parameters", entry.key)
        use = self.parser.use(place)
        judged = self.parser.write_out_target(place) if isinstance(use.type, RefType) else use
        if not isinstance(judged.type, StringType):
            if not self.parser.findings:
                hint = "Write `{ type: string }`, with `pattern` for a closed list of names."
                message = f"the parameter `{entry.key}` must be a plain string"
                self.findings.append(error("wrong-type", message, entry.key_span, hint))
            return Parameter(entry.key, StringType(min_length=1), span=entry.key_span)
        given = judged.type
        # An empty parameter would give an address of other segments.
        text = StringType(max(given.min_length or 1, 1), given.max_length, given.pattern, given.format)
        named = use.type.name if isinstance(use.type, RefType) and judged.notes.brand else ""
        return Parameter(entry.key, text, named, use.notes, entry.key_span)

    def _limits(self) -> Limits:
        node = self.root.get("limits")
        if not isinstance(node, MappingNode):
            return Limits()
        standard = Limits()
        channels = node.get("channels")
        return Limits(
            _size(node.get("frame"), standard.frame),
            channels.value if isinstance(channels, Scalar) and isinstance(channels.value, int) else standard.channels,
            _size(node.get("outbox"), standard.outbox),
            self.root.key_span("limits"),
        )

    def _heartbeat(self) -> Heartbeat:
        node = self.root.get("heartbeat")
        if not isinstance(node, MappingNode):
            return Heartbeat()
        standard = Heartbeat()
        every, slack = text_of(node, "every"), text_of(node, "slack")
        return Heartbeat(
            seconds(every) if every else standard.every,
            seconds(slack) if slack else standard.slack,
            self.root.key_span("heartbeat"),
        )

    def _auth(self) -> Auth | None:
        node = self.root.get("auth")
        if not isinstance(node, MappingNode):
            return None
        jwt, anonymous = node.get("jwt"), node.get("anonymous")
        given = isinstance(jwt, MappingNode) and "claims" in jwt
        return Auth(
            jwt="jwt" in node,
            claims=self._carried(self._place("auth", "jwt", "claims")) if given else None,
            anonymous=isinstance(anonymous, Scalar) and anonymous.value is True,
        )


def collisions(subject: str, entries: Iterable[Entry]) -> Iterator[Finding]:
    """Names of one kind that become one name in some language."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        first = seen.setdefault(folded(entry.key), entry)
        if first is not entry:
            message = f"the {subject}s `{first.key}` and `{entry.key}` have one name once cased"
            related = (Related("the other", first.key_span),)
            yield error("name-collision", message, entry.key_span, "Rename one.", related)


def _entries(node: MappingNode, key: str) -> tuple[Entry, ...]:
    value = node.get(key)
    return tuple(value) if isinstance(value, MappingNode) else ()


def _object(node: Node) -> MappingNode:
    if not isinstance(node, MappingNode):
        raise TypeError("the language's schema lets only an object stand here")
    return node


def _history(node: MappingNode) -> History:
    keep, size = node.get("keep"), node.get("bytes")
    return History(
        keep=keep.value if isinstance(keep, Scalar) and isinstance(keep.value, int) else 0,
        seconds=seconds(text_of(node, "for")),
        bytes=None if size is None else _size(size, 0),
    )


def _size(node: Node | None, standard: int) -> int:
    if isinstance(node, Scalar) and isinstance(node.value, int | str):
        return size_in_bytes(node.value)
    return standard
