"""Plays a scripted conversation (`tests/conversations/README.md`) with the Python client's machine."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from rtgen_runtime.client.effects import (
    ClientEffect,
    Ended,
    EventArrived,
    FlagsHeard,
    Greeted,
    HangUp,
    JoinPostponed,
    JoinSettled,
    Lost,
    Open,
    PresenceHeard,
    RequestSettled,
    StatusChanged,
    TokenNeeded,
    Transmit,
)
from rtgen_runtime.client.flags import HeardFlags
from rtgen_runtime.client.machine import ClientMachine
from rtgen_runtime.client.roster import Roster
from rtgen_runtime.declarations import Contract, RequestEvent
from rtgen_runtime.errors import InvalidPayload
from rtgen_runtime.presence.frames import PresenceList

FOLDER = Path(__file__).parent / "conversations"
WELCOME = {
    "session": "s.1",
    "version": "1.0.0",
    "heartbeat": {"every": 25, "slack": 10},
    "limits": {"frame": 65536, "channels": 128, "outbox": 1048576},
}


def scripts() -> dict[str, Any]:
    """All scripts, by file and name."""
    found: dict[str, Any] = {}
    preludes = json.loads((FOLDER / "preludes.json").read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.json")):
        if path.name not in {"transitions.json", "preludes.json"}:
            for script in json.loads(path.read_text(encoding="utf-8")):
                name = f"{path.stem}: {script['name']}"
                assert name not in found, name
                steps = [*preludes.get(script.get("prelude", ""), []), *script["steps"]]
                found[name] = {**script, "steps": steps}
    return found


@dataclass
class Player:
    """One client that a script happens to."""

    contract: Contract
    script: Mapping[str, Any]
    now: float = 0.0
    refs: dict[str, int] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    rosters: dict[str, Roster] = field(default_factory=dict)
    told: dict[str, list[Any]] = field(default_factory=dict)
    asked: int = 0

    def __post_init__(self) -> None:
        luck = self.script.get("random", 0.5)
        self.machine = ClientMachine(self.contract, "c1", lambda: luck, url="ws://here/")
        self.machine.renewal.is_possible = "tokens" in self.script
        self.flags = HeardFlags(self.contract.flags)
        self.flags.changes.subscribe(lambda heard: self.tell("app", "flags", msgspec.to_builtins(heard.payload)))
        self.told = {}

    def play(self) -> None:
        """All steps; raises `AssertionError` at the first one that goes otherwise."""
        for number, (happens, expected) in enumerate(self.script["steps"], 1):
            self.told = {}
            self.take(happens)
            where = f"step {number} {json.dumps(happens)}"
            for key in ("wire", "app", "status"):
                got = self.told.get(key, [])
                assert self.matches(expected.get(key, []), got), f"{where}: {key} was {json.dumps(got)}"
            if "position" in expected:
                address, epoch, offset = expected["position"]
                assert self.machine.position(address) == (epoch, offset), where

    def take(self, happens: list[Any]) -> None:
        """One thing happens: to the connection, or by the application."""
        machine, now = self.machine, self.now
        match happens:
            case ["opened", link]:
                self.follow(machine.opened(link, now, self.token()))
            case ["frame", link, frame]:
                self.follow(machine.received(link, json.dumps(self.filled(frame)), now))
            case ["text", link, text]:
                self.follow(machine.received(link, text, now))
            case ["lost", link, code, reason]:
                self.follow(machine.lost(link, code, reason, now))
            case ["wait", seconds]:
                self.wait(now + seconds)
            case ["sleep", seconds]:
                self.now += seconds
                self.follow(machine.tick(self.now))
            case _:
                self.use(happens)

    def use(self, wish: list[Any]) -> None:
        """The application wants something."""
        machine = self.machine
        match wish:
            case ["start"]:
                self.follow(machine.start(self.now))
            case ["close"]:
                self.follow(machine.close())
            case ["join", address, *position]:
                since = (position[0][0], position[0][1]) if position else None
                self.follow(machine.join(address, self.now, since))
            case ["leave", address]:
                self.follow(machine.leave(address))
            case ["request", name, tag, address, payload]:
                self.request(name, tag, address, json.dumps(payload).encode())
            case ["cancel", name]:
                self.follow(machine.forget(self.requests[name]))
            case ["notify", tag, address, payload]:
                self.follow(machine.tell(tag, address, json.dumps(payload).encode()))
            case _:
                raise AssertionError(wish)

    def wait(self, until: float) -> None:
        """Time passes."""
        while self.machine.next_deadline() <= until:
            self.now = max(self.now, self.machine.next_deadline())
            self.follow(self.machine.tick(self.now))
        self.now = until

    def request(self, name: str, tag: str, address: str, payload: bytes) -> None:
        """Ask, if that can be done now."""
        if not self.machine.is_joined(address):
            self.tell("app", "not sent", name)
            return
        _, event = self.contract.events[tag]
        assert isinstance(event, RequestEvent)
        ref, effects = self.machine.ask(
            tag, address, payload, deadline=self.now + event.timeout, repeatable=event.idempotent > 0
        )
        self.requests[name] = ref
        self.follow(effects)

    def token(self) -> str | None:
        """What the next hello carries."""
        tokens = self.script.get("tokens")
        if tokens is None:
            fixed: str | None = self.script.get("token")
            return fixed
        given: str | None = tokens[min(self.asked, len(tokens)) - 1]
        return given

    def follow(self, effects: list[ClientEffect]) -> None:
        """Write down what the machine asks for."""
        failed = [self.note(effect) for effect in effects]
        for link in filter(None, failed):
            self.follow(self.machine.lost(link, 1006, "no token", self.now))

    def note(self, effect: ClientEffect) -> int:
        """One effect, in the words of the scripts; the connection that can't be opened for want of a token, else 0."""
        match effect:
            case Open(link, url):
                self.tell("wire", "open", link, *([url] if url else []))
                self.asked += 1
                return link if "tokens" in self.script and self.token() is None else 0
            case Transmit(link, frame):
                self.tell("wire", "send", link, json.loads(frame))
            case HangUp(link, code):
                self.tell("wire", "hang up", link, code)
            case StatusChanged(status):
                self.told.setdefault("status", []).append(status.value)
            case TokenNeeded():
                self.asked += 1
                token = self.token()
                self.follow(self.machine.not_renewed(self.now) if token is None else self.machine.renew(token))
            case _:
                self.hear(effect)
        return 0

    def hear(self, effect: ClientEffect) -> None:
        """What the application hears."""
        match effect:
            case JoinSettled():
                self.joined(effect)
            case JoinPostponed(address, error):
                self.tell("app", "postponed", address, error.code)
            case EventArrived():
                self.event(effect)
            case PresenceHeard(frame):
                self.rosters[frame.address].hear(frame)
                self.people(frame.address)
            case RequestSettled():
                self.settled(effect)
            case Greeted(_, flags):
                self.flags.welcomed(flags)
            case FlagsHeard(flags):
                self.flags.hear(flags)
            case Ended(code):
                self.tell("app", "closed", code)
            case _:
                pass

    def joined(self, settled: JoinSettled) -> None:
        """A join was answered."""
        if settled.error is not None:
            self.tell("app", "ended", settled.address, settled.error.code)
            return
        self.tell("app", "joined", settled.address)
        if settled.lost_continuity:
            self.tell("app", "resync", settled.address, settled.lost_continuity)
        info = settled.info
        if info is not None and isinstance(info.presence, msgspec.Raw):
            roster = self.rosters.setdefault(settled.address, Roster())
            roster.begin(msgspec.json.decode(info.presence, type=PresenceList))
            self.people(settled.address)

    def people(self, address: str) -> None:
        """Who is present now."""
        roster = self.rosters[address]
        shown = {who: json.loads(state) for who, state in roster.people.items()}
        self.tell("app", "people", address, roster.count, shown if roster.is_listed else None)

    def event(self, arrived: EventArrived) -> None:
        """An event for the listeners, if the contract accepts it."""
        event = arrived.event
        try:
            self.contract.events[event.tag][1].payload.decode(event.payload)
        except InvalidPayload:
            self.tell("app", "invalid", event.tag)
        else:
            self.tell("app", "event", event.address, event.tag, event.offset, json.loads(event.payload))

    def settled(self, settled: RequestSettled) -> None:
        """A request has its outcome."""
        name = next(each for each, ref in self.requests.items() if ref == settled.ref)
        if settled.error is not None:
            self.tell("app", "error", name, settled.error.code)
        elif settled.payload is not None:
            self.tell("app", "reply", name, json.loads(settled.payload))
        else:
            self.tell("app", "timeout" if settled.lost is Lost.TIMEOUT else "unknown", name)

    def tell(self, key: str, *entry: Any) -> None:
        """Something to be compared."""
        self.told.setdefault(key, []).append(list(entry))

    def filled(self, value: Any) -> Any:
        """A frame of the server, with numbers for refs."""
        if value == "$welcome":
            return ["$welcome", WELCOME]
        if isinstance(value, list):
            filled = [self.filled(each) if each != "$welcome" else each for each in value]
            return ["$welcome", {**WELCOME, **filled[1]}] if filled[:1] == ["$welcome"] else filled
        if isinstance(value, dict):
            return {key: self.filled(each) for key, each in value.items()}
        if isinstance(value, str) and value.startswith("#"):
            name, _, less = value.partition("-")
            return self.refs[name] - int(less or 0)
        return value

    def matches(self, expected: Any, got: Any) -> bool:
        """Whether something is as the script says."""
        if expected == "*":
            return True
        if isinstance(expected, str) and expected.startswith("#"):
            is_ref = isinstance(got, int) and (expected in self.refs or got not in self.refs.values())
            return is_ref and self.refs.setdefault(expected, got) == got
        if isinstance(expected, list) and isinstance(got, list):
            if expected[:1] == ["$hello"] == got[:1]:
                return all(got[1].get(key) == value for key, value in expected[1].items())
            pairs = zip(expected, got, strict=False)
            return len(expected) == len(got) and all(self.matches(each, other) for each, other in pairs)
        if isinstance(expected, dict) and isinstance(got, dict):
            is_alike = expected.keys() == got.keys()
            return is_alike and all(self.matches(expected[key], got[key]) for key in expected)
        return bool(expected == got) and isinstance(expected, bool) == isinstance(got, bool)
