"""Small contracts for tests."""

from pathlib import Path
from textwrap import dedent, indent

from rtgen.contract.model import Contract
from rtgen.contract.resolve import Resolved, resolve
from rtgen.source.loader import load_bytes

HEAD = "rtgen: 1\ncontract: demo\nversion: 1.0.0\n"


def read(text: str, path: Path = Path("demo.yaml")) -> Resolved:
    """What becomes of a contract's text."""
    return resolve(load_bytes(text.encode(), path.name, path), path.name)


def contract(text: str) -> Contract:
    """A contract that must be right."""
    resolved = read(text)
    assert resolved.contract is not None, [f"{each.span} {each.rule}: {each.message}" for each in resolved.findings]
    return resolved.contract


_OF_CHANNEL = frozenset({"address", "parameters", "history", "presence", "onBrokerLoss", "events"})


def from_pieces(text: str) -> Contract:
    """A contract from its top-level keys, or from the keys of a channel, or both: a rule's example."""
    whole: list[str] = []
    channel: list[str] = []
    for line in text.splitlines():
        if not line.startswith(" "):
            part = channel if line.partition(":")[0] in _OF_CHANNEL else whole
        part.append(line)
    if channel:
        address = [] if any(line.startswith("address:") for line in channel) else ["address: room"]
        whole += ["channels:", "  room:", *(f"    {line}" for line in (*address, *channel))]
    elif not any(line.startswith("channels:") for line in whole):
        whole.append("channels: {}")
    said = {line.partition(":")[0] for line in whole}
    head = [line for line in HEAD.splitlines() if line.partition(":")[0] not in said]
    return contract("\n".join([*head, *whole]) + "\n")


def rules(text: str) -> list[str]:
    """The rules that a contract breaks, in the order of their places."""
    return [each.rule for each in read(text).findings]


def with_payload(schema: str, schemas: str = "") -> str:
    """A contract with one event that carries `schema` (flow style), and with other schemas (block style)."""
    named = "schemas:\n" + indent(dedent(schemas).strip(), "  ") + "\n" if schemas else ""
    return (
        HEAD
        + named
        + "channels:\n  room:\n    address: room\n    events:\n"
        + f"      note: {{ description: A note., from: client, payload: {schema} }}\n"
    )
