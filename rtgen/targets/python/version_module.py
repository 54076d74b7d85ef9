"""`versions.py`: older versions whose clients are served, and the converters for what differs."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rtgen.contract.model import Contract
from rtgen.conversion.steps import Plan
from rtgen.conversion.versions import ChannelPlan, ErrorPlan, Heard, Kept, PresencePlan, Sent, VersionPlan
from rtgen.targets.python.code import tuple_of
from rtgen.targets.python.contexts import ConverterContext, VersionContext, VersionsContext
from rtgen.targets.python.data_modules import SEAM, import_from
from rtgen.targets.python.header import title
from rtgen.targets.python.layout import WIDTH, expression
from rtgen.targets.python.version_code import Converters
from rtgen.targets.python.version_steps import StepConverters
from rtgen.targets.text import PyCode

Written = tuple[str, ast.expr | None]
"""A keyword, and its value; left out where it is `None`."""


def versions_context(contract: Contract, plans: Sequence[VersionPlan]) -> VersionsContext:
    """The module, with the newest version first."""
    names = _constants([plan.old.version for plan in plans])
    made = [_Version(plan, name) for plan, name in zip(plans, names, strict=True)]
    versions = tuple(each.context() for each in made)
    used = {word for each in made for word in each.used}
    imports = [PyCode("from typing import Any, Final" if _converts(versions) else "from typing import Final")]
    words = f"Older versions of `{contract.name}` whose clients are served too, and how their payloads differ."
    return VersionsContext(
        title(contract, words),
        (*imports, PyCode(""), import_from(SEAM, {"OldVersion", *used})),
        versions,
        _listed(names),
    )


def _listed(names: Sequence[str]) -> PyCode:
    flat = tuple_of(names)
    fits = len(f"VERSIONS: Final = {flat}") <= WIDTH
    return PyCode(flat if fits else "(\n" + "".join(f"    {each},\n" for each in names) + ")")


def _converts(versions: Iterable[VersionContext]) -> bool:
    return any("Any" in function.head for version in versions for function in version.functions)


def _constants(versions: Iterable[str]) -> list[str]:
    """`1.2.0-rc.1` → `VERSION_1_2_0_RC_1`, each another."""
    found: list[str] = []
    for each in versions:
        name = f"VERSION_{re.sub(r'[^0-9A-Za-z]+', '_', each).upper()}"
        while name in found:
            name += "_"
        found.append(name)
    return found


@dataclass(slots=True)
class _Version:
    """One older version."""

    plan: VersionPlan
    name: str
    used: set[str] = field(default_factory=set)
    to_now: Converters = field(init=False)
    to_old: Converters = field(init=False)
    steps: StepConverters = field(init=False)

    def __post_init__(self) -> None:
        version, digits = self.plan.old.version, self.name.removeprefix("VERSION_").lower()
        self.to_now = Converters(self.plan.to_now, version, f"from_{digits}", to_now=True, used=self.used)
        self.to_old = Converters(self.plan.to_old, version, f"to_{digits}", to_now=False, used=self.used)
        names = {call: self.to_now.name_of(call) for call in self.plan.to_now}
        judged = [each.payload for each in self.plan.sent]
        judged += [each.presence.shown for each in self.plan.channels if each.presence is not None]
        self.steps = StepConverters(self.plan.to_now, version, names, self.used, judged)

    def context(self) -> VersionContext:
        """Its functions, and the table that they stand in."""
        old = self.plan.old
        table = _made(
            "OldVersion",
            ("version", ast.Constant(old.version)),
            ("hash", ast.Constant(old.hash)),
            ("sent", _table((each.old, self._sent(each)) for each in self.plan.sent)),
            ("heard", _table((each.tag, self._heard(each)) for each in self.plan.heard)),
            ("channels", _table((each.name, self._channel(each)) for each in self.plan.channels)),
            ("kept", _table((each.old, self._kept(each)) for each in self.plan.kept)),
        )
        head = f"{self.name}: Final = "
        return VersionContext(tuple(self._functions()), PyCode(f"{head}{expression(table, taken=len(head))}"))

    def _functions(self) -> Iterator[ConverterContext]:
        yield from self.to_now.written()
        yield from self.steps.written()
        yield from self.to_old.written()

    def _convert(self, plan: Plan | None, called: str, *, to_now: bool) -> ast.expr | None:
        return None if plan is None else (self.to_now if to_now else self.to_old).converter(plan, called)

    def _entry(self, kind: str, *written: Written) -> ast.expr:
        self.used.add(kind)
        return _made(kind, *written)

    def _sent(self, each: Sent) -> ast.expr:
        return self._entry(
            "OldSent",
            ("tag", ast.Constant(each.tag)),
            ("payload", self._convert(each.payload, each.old, to_now=True)),
            ("reply", self._convert(each.reply, f"{each.old}.reply", to_now=False)),
            ("errors", self._errors(each.errors, to_now=False)),
            ("pointer", self.steps.of(each.payload)),
        )

    def _errors(self, errors: Iterable[tuple[str, ErrorPlan | None]], *, to_now: bool) -> ast.expr | None:
        return _table((code, self._error(code, error, to_now=to_now)) for code, error in errors)

    def _error(self, code: str, error: ErrorPlan | None, *, to_now: bool) -> ast.expr:
        if error is None:
            return ast.Constant(None)
        data = self._convert(error.data, f"{code}.data", to_now=to_now)
        return self._entry("OldError", ("code", ast.Constant(error.code)), ("data", data))

    def _heard(self, each: Heard) -> ast.expr:
        payload = self._convert(each.payload, each.tag, to_now=False)
        return self._entry("OldHeard", ("tag", ast.Constant(each.old)), ("payload", payload))

    def _channel(self, each: ChannelPlan) -> ast.expr:
        return self._entry(
            "OldChannel",
            ("address", ast.Constant(each.address) if each.address else None),
            ("parameters", _table((now, ast.Constant(old)) for now, old in each.parameters)),
            ("presence", None if each.presence is None else self._presence(each.name, each.presence)),
        )

    def _presence(self, name: str, each: PresencePlan) -> ast.expr:
        return self._entry(
            "OldPresence",
            ("shown", self._convert(each.shown, f"{name}.presence", to_now=True)),
            ("seen", self._convert(each.seen, f"{name}.presence", to_now=False)),
            ("pointer", self.steps.of(each.shown)),
            ("known", None if each.known else ast.Constant(False)),
        )

    def _kept(self, each: Kept) -> ast.expr:
        return self._entry(
            "OldKept",
            ("tag", ast.Constant(each.tag)),
            ("payload", self._convert(each.payload, each.old, to_now=True)),
            ("reply", self._convert(each.reply, f"{each.old}.reply", to_now=True)),
            ("errors", self._errors(each.errors, to_now=True)),
        )


def _made(kind: str, *written: Written) -> ast.expr:
    return ast.Call(ast.Name(kind), [], [ast.keyword(name, value) for name, value in written if value is not None])


def _table(entries: Iterable[tuple[str, ast.expr]]) -> ast.expr | None:
    found = dict(entries)
    return ast.Dict([ast.Constant(key) for key in found], [*found.values()]) if found else None
