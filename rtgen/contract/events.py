"""Events: which of the three kinds one is, and what it carries."""

from dataclasses import dataclass, field, replace

from rtgen.contract.delivery import conflation_of, latest_of, limit_of, offline_of, window_of
from rtgen.contract.model import ClientEvent, Event, RelayEvent, ServerEvent
from rtgen.contract.units import seconds
from rtgen.schema.deprecation import deprecation_of
from rtgen.schema.evolving import earlier_names
from rtgen.schema.parse import SchemaParser
from rtgen.schema.tree import Place
from rtgen.schema.types import Notes, NullType, RefType
from rtgen.schema.use import Sample, Use
from rtgen.schema.words import examples_of
from rtgen.source.finding import Finding, error
from rtgen.source.nearest import did_you_mean, respelt
from rtgen.source.nodes import Entry, MappingNode, Scalar, Sequence

DEFAULT_TIMEOUT = 10.0


def text_of(node: MappingNode, key: str) -> str:
    """A string under a key; empty when there is none."""
    value = node.get(key)
    return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else ""


def names_of(node: MappingNode, key: str) -> tuple[str, ...]:
    """A list of names under a key; empty when there is none."""
    value = node.get(key)
    return tuple(each.text for each in value.items if isinstance(each, Scalar)) if isinstance(value, Sequence) else ()


def notes_of(node: MappingNode) -> Notes:
    """The words about a channel or an event."""
    words = text_of(node, "title"), text_of(node, "description")
    return Notes(*words, deprecation_of(node), examples=examples_of(node))


def _is_true(node: MappingNode, key: str) -> bool:
    value = node.get(key)
    return isinstance(value, Scalar) and value.value is True


@dataclass(slots=True)
class EventBuilder:
    """Builds the events of one contract."""

    parser: SchemaParser
    root: Place
    known_errors: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)

    def build(self, channel: str, entry: Entry) -> Event:
        """One event, from a node whose shape was accepted."""
        node = entry.value
        if not isinstance(node, MappingNode):
            raise TypeError("the language's schema lets only an object stand here")
        place = self.root.below("channels", channel, "events", entry.key)
        carried = self._carried(place, node, "payload")
        payload = None if carried is None else carried.type
        notes, deprecation = notes_of(node), deprecation_of(node)
        if carried is not None and not notes.examples:
            notes = replace(notes, examples=carried.notes.examples)
        if text_of(node, "from") == "server":
            recorded = _is_true(node, "recorded")
            self._recorded_alone(node, recorded=recorded)
            self._no_sender(node)
            batch = text_of(node, "batch")
            return ServerEvent(
                name=entry.key,
                payload=payload,
                recorded=recorded,
                volatile=_is_true(node, "volatile"),
                conflate=conflation_of(node),
                latest=latest_of(node),
                batch=seconds(batch) if batch else 0.0,
                was=earlier_names(node),
                since=text_of(node, "since"),
                flag=text_of(node, "flag"),
                notes=notes,
                deprecation=deprecation,
                span=entry.key_span,
            )
        if _is_true(node, "relay"):
            return RelayEvent(
                name=entry.key,
                payload=payload,
                volatile=_is_true(node, "volatile"),
                conflate=conflation_of(node),
                limit=limit_of(node),
                offline=offline_of(node),
                was=earlier_names(node),
                since=text_of(node, "since"),
                flag=text_of(node, "flag"),
                notes=notes,
                deprecation=deprecation,
                span=entry.key_span,
            )
        self._no_receivers(node)
        timeout = text_of(node, "timeout")
        reply = self._carried(place, node, "reply")
        return ClientEvent(
            name=entry.key,
            payload=payload,
            reply=None if reply is None else reply.type,
            errors=self._errors(node),
            timeout=seconds(timeout) if timeout else DEFAULT_TIMEOUT,
            idempotent=window_of(node),
            limit=limit_of(node),
            offline=offline_of(node),
            was=earlier_names(node),
            since=text_of(node, "since"),
            flag=text_of(node, "flag"),
            reply_examples=() if reply is None else reply.notes.examples,
            notes=notes,
            deprecation=deprecation,
            span=entry.key_span,
        )

    def _carried(self, place: Place, node: MappingNode, key: str) -> Use | None:
        if key not in node:
            return None
        use = self.parser.use(place.below(key))
        if not isinstance(use.type, RefType | NullType):
            # What an event carries always has a name: both ends list a validator for it.
            use = self.parser.use_named(place.below(key))
        examples = node.get("examples")
        if key == "payload" and isinstance(examples, Sequence):
            self.parser.samples.extend(Sample(value, use.document, "examples") for value in examples.items)
        return use

    def _errors(self, node: MappingNode) -> tuple[str, ...]:
        listed = node.get("errors")
        names = []
        for item in listed.items if isinstance(listed, Sequence) else ():
            name = item.text if isinstance(item, Scalar) else ""
            if name in self.known_errors:
                names.append(name)
            else:
                hint = (
                    did_you_mean(name, self.known_errors)
                    or f"Declare it: `errors: {{ {name}: {{ description: … }} }}`."
                )
                fix = respelt(name, self.known_errors, item.span)
                self.findings.append(error("unknown-error", f"there is no error `{name}`", item.span, hint, fix=fix))
        return tuple(names)

    def _recorded_alone(self, node: MappingNode, *, recorded: bool) -> None:
        """Recorded events reach every member, or gap detection would lie."""
        for key in ("flag", "conflate", "volatile"):
            value = node.get(key)
            asked = value is not None and not (isinstance(value, Scalar) and value.value is False)
            if recorded and asked:
                message = f"a recorded event can't have `{key}`: every member must get it"
                self.findings.append(error("misplaced-key", message, node.key_span(key), "Keep one of the two."))

    def _no_receivers(self, node: MappingNode) -> None:
        """A handler is never slow in the sense of these words: it gets all that is sent, as often as `limit` allows."""
        for key in ("volatile", "conflate"):
            value = node.get(key)
            if value is None or (isinstance(value, Scalar) and value.value is False):
                continue
            message = f"an event for a handler can't have `{key}`: it says what slow receivers may miss"
            hint = "Make it a relay, or say how often clients may send: `limit: 10/s`."
            self.findings.append(error("misplaced-key", message, node.key_span(key), hint))

    def _no_sender(self, node: MappingNode) -> None:
        """What the server says has no sender that one could go by."""
        asked = conflation_of(node)
        if asked is not None and not asked.key:
            message = "an event of the server has no sender to conflate by"
            hint = "Name a property of the payload: `conflate: { key: … }`."
            self.findings.append(error("misplaced-key", message, node.key_span("conflate"), hint))
