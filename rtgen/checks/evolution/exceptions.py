"""Changes that a project accepts although they break somebody: each for a reason, against one version, until a day."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard

from rtgen.contract.model import Contract
from rtgen.source.finding import Finding, error, warning
from rtgen.source.loader import Source
from rtgen.source.nodes import MappingNode, Scalar
from rtgen.source.nodes import Sequence as SequenceNode
from rtgen.source.shape import Shape
from rtgen.source.span import Span, file_start

NAME = "rtgen.accepted.yaml"
"""The file beside `rtgen.yaml` that holds them."""

_HEAD = """\
# Changes that break somebody and were accepted. `rtgen breaking --accept` adds to this file and writes it anew, so
# comments are not kept; say why in `because`. Entries may be edited and removed.
"""
_TEXT = {"type": "string", "minLength": 1}
_SHAPE = {
    "type": "object",
    "required": ["accepted"],
    "additionalProperties": False,
    "properties": {
        "accepted": {
            "description": "Changes that break somebody and were accepted.",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["contract", "against", "rule", "place", "because", "until"],
                "additionalProperties": False,
                "properties": {
                    "contract": {**_TEXT, "description": "The contract's name."},
                    "against": {**_TEXT, "description": "The old version that it breaks, such as `1.2.0`."},
                    "rule": {**_TEXT, "description": "The id of the rule that speaks of it."},
                    "place": {**_TEXT, "description": "Where, as the finding begins: `room.send payload /body`."},
                    "because": {**_TEXT, "description": "Why it is accepted."},
                    "until": {
                        "description": "The last day, such as `2027-03-01`.",
                        "type": "string",
                        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                    },
                },
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted change. It counts for one old version only: what breaks the next one is another decision."""

    contract: str
    against: str
    rule: str
    place: str
    because: str
    until: date
    span: Span

    def covers(self, old: Contract, rule: str, place: str, today: date) -> bool:
        """Whether this is the change that was accepted, and still is."""
        same = (self.contract, self.against, self.rule, self.place)
        return today <= self.until and same == (old.name, old.version, rule, place)


def read_accepted(source: Source, rules: Iterable[str]) -> tuple[tuple[Accepted, ...], tuple[Finding, ...]]:
    """What a file accepts, and what is wrong with it. `rules` are the ids that there are."""
    findings = list(source.findings)
    if not findings and isinstance(source.root, MappingNode):
        findings += Shape(_SHAPE, "the file of accepted changes").check(source.root)
    elif not findings:
        findings.append(error("config", "this file must hold `accepted:`", file_start(source.text.file), _AGAIN))
    listed = source.root.get("accepted") if isinstance(source.root, MappingNode) and not findings else None
    entries = [each for each in listed.items if isinstance(each, MappingNode)] if _is_list(listed) else []
    accepted, known = [], frozenset(rules)
    for entry in entries:
        made = _read(entry)
        if isinstance(made, Finding):
            findings.append(made)
        elif made.rule not in known:
            message = f"no rule about two versions is called `{made.rule}`"
            findings.append(error("config", message, entry.key_span("rule"), "`rtgen rules` lists them."))
        else:
            accepted.append(made)
    return tuple(accepted), tuple(findings)


_AGAIN = "Remove it; `rtgen breaking --accept` writes it again."


def _read(entry: MappingNode) -> Accepted | Finding:
    texts = {each.key: each.value.text for each in entry if isinstance(each.value, Scalar)}
    try:
        until = date.fromisoformat(texts["until"])
    except ValueError:
        message = f"`{texts['until']}` is no day of the calendar"
        return error("config", message, entry.key_span("until"), "Write it as `2027-03-01`.")
    contract, against, rule, place = (texts[key] for key in ("contract", "against", "rule", "place"))
    return Accepted(contract, against, rule, place, texts["because"], until, entry.span)


def outdated(
    accepted: Iterable[Accepted], used: Iterable[Accepted], old: Iterable[Contract], today: date
) -> list[Finding]:
    """Entries that no longer do anything: out of date, or of a version in `old` that nothing of this kind breaks."""
    compared = {(each.name, each.version) for each in old}
    needed = frozenset(used)
    said = []
    for each in accepted:
        if today > each.until:
            hint = "Wait for what it was about, or accept it again until a later day; then remove this entry."
            said.append(warning("exception-expired", f"this exception ended on {each.until}", each.span, hint))
        elif each not in needed and (each.contract, each.against) in compared:
            message = f"nothing of {each.contract} {each.against} is broken by `{each.rule}` at {each.place}"
            said.append(warning("exception-unused", message, each.span, "Remove this entry."))
    return said


def accepted_text(accepted: Sequence[Accepted]) -> str:
    """The file that holds these."""
    if not accepted:
        return f"{_HEAD}accepted: []\n"
    return f"{_HEAD}accepted:\n" + "".join(map(_entry, accepted))


def _entry(each: Accepted) -> str:
    texts = {"contract": each.contract, "against": each.against, "rule": each.rule}
    texts |= {"place": each.place, "because": each.because}
    lines = [f"{key}: {json.dumps(text, ensure_ascii=not text.isprintable())}" for key, text in texts.items()]
    return "  - " + "\n    ".join([*lines, f"until: {each.until}"]) + "\n"


def _is_list(node: object) -> TypeGuard[SequenceNode]:
    return isinstance(node, SequenceNode)
