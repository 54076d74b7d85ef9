"""`rtgen.yaml`: which contracts become which code, and where."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path

from rtgen.checks.registry import rule_ids
from rtgen.checks.settings import Ignore, Settings, names_a_rule
from rtgen.source.finding import Edit, Finding, Severity, error, ordered
from rtgen.source.loader import Source, load
from rtgen.source.locating import files_matching
from rtgen.source.nearest import did_you_mean, respelt
from rtgen.source.nodes import MappingNode, Node, Scalar, Sequence, kind
from rtgen.source.shape import Shape
from rtgen.source.span import Span
from rtgen.source.text import Text


@dataclass(frozen=True, slots=True)
class TargetSetting:
    """One entry of `targets:`. `out` and options are as written; `{contract}` is still in them."""

    name: str
    out: str
    options: Mapping[str, str | bool]
    span: Span
    option_spans: Mapping[str, Span]


@dataclass(frozen=True, slots=True)
class BreakingSetting:
    """`breaking:`: what the contracts are compared with, and which side is deployed first."""

    against: str = ""
    order: str = "server-first"


@dataclass(frozen=True, slots=True)
class Config:
    """A project's settings."""

    folder: Path
    specs: tuple[tuple[str, Span], ...]
    targets: tuple[TargetSetting, ...]
    lint: Settings = field(default_factory=Settings)
    breaking: BreakingSetting = BreakingSetting()


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """What became of a configuration file; `config` is `None` when a finding is an error."""

    config: Config | None
    findings: tuple[Finding, ...]
    text: Text


@dataclass(slots=True)
class _Reader:
    folder: Path
    findings: list[Finding] = field(default_factory=list)

    def read(self, root: MappingNode) -> Config:
        lint, breaking = self._lint(root.get("lint")), _breaking(root.get("breaking"))
        return Config(self.folder, self._specs(root), self._targets(root), lint, breaking)

    def _wrong(self, message: str, span: Span, hint: str, fix: Edit | None = None) -> None:
        self.findings.append(error("config", message, span, hint, fix=fix))

    def _specs(self, root: MappingNode) -> tuple[tuple[str, Span], ...]:
        return tuple((item.text, item.span) for item in _items(root.get("specs")))

    def _targets(self, root: MappingNode) -> tuple[TargetSetting, ...]:
        made = []
        targets = root.get("targets")
        for entry in targets if isinstance(targets, MappingNode) else ():
            if not isinstance(entry.value, MappingNode):
                continue
            values = {each.key: each.value.value for each in entry.value if isinstance(each.value, Scalar)}
            values |= {each.key: _joined(each.value) for each in entry.value if isinstance(each.value, Sequence)}
            options = {key: value for key, value in values.items() if key != "out" and isinstance(value, str | bool)}
            spans = {each.key: each.key_span for each in entry.value}
            out = str(values["out"])
            for key in ("out", "handlers"):
                self._path(str(values.get(key, ".")), entry.value, key)
            made.append(TargetSetting(entry.key, out, options, entry.key_span, spans))
        return tuple(made)

    def _path(self, text: str, node: MappingNode, key: str) -> None:
        rest = text.replace("{contract}", "")
        if "{" in rest or "}" in rest:
            self._wrong(f"`{key}` has an unknown placeholder", node.key_span(key), "Only `{contract}` is known.")
        if Path(text).is_absolute() or "\\" in text:
            hint = "Paths are relative to this file, with forward slashes."
            self._wrong(f"`{key}` must be a relative path", node.key_span(key), hint)

    def _lint(self, node: Node | None) -> Settings:
        if not isinstance(node, MappingNode):
            return Settings()
        severities: dict[str, Severity | None] = {}
        rules = node.get("rules")
        taken = tuple(rules.entries) if isinstance(rules, MappingNode) else ()
        for entry in rules if isinstance(rules, MappingNode) else ():
            if entry.key not in rule_ids():
                fix = respelt(entry.key, rule_ids(), entry.key_span, taken)
                self._wrong(f"there is no rule `{entry.key}`", entry.key_span, did_you_mean(entry.key, rule_ids()), fix)
            elif isinstance(entry.value, Scalar):
                severities[entry.key] = None if entry.value.text == "off" else Severity[entry.value.text.upper()]
        ignore = node.get("ignore")
        entries = ignore.items if isinstance(ignore, Sequence) else ()
        ignores = tuple(self._ignore(item) for item in entries if isinstance(item, MappingNode))
        if "baseline" in node:
            self._path(_text(node, "baseline"), node, "baseline")
        return Settings(severities, ignores, _text(node, "baseline"), strict=_text(node, "extends") == "strict")

    def _ignore(self, node: MappingNode) -> Ignore:
        until, text = date.min, _text(node, "until")
        try:
            until = date.fromisoformat(text)
        except ValueError:
            self._wrong(f"`{text}` is no day of the calendar", node.key_span("until"), "Write it as `2027-03-01`.")
        rules = _items(node.get("rules"))
        for rule in rules:
            if not names_a_rule(rule.text, rule_ids()):
                self._wrong(f"no rule is called `{rule.text}`", rule.span, did_you_mean(rule.text, rule_ids()))
        names = tuple(rule.text for rule in rules)
        return Ignore(_text(node, "path"), names, _text(node, "because"), until, node.span)


def _breaking(node: Node | None) -> BreakingSetting:
    if not isinstance(node, MappingNode):
        return BreakingSetting()
    return BreakingSetting(_text(node, "against"), _text(node, "order") or "server-first")


def config_text() -> str:
    """The configuration's JSON Schema, as it is given to editors."""
    return files("rtgen").joinpath("config.schema.json").read_text(encoding="utf-8")


def load_config(path: Path, shown: str | None = None) -> LoadedConfig:
    """Read a configuration file; everything wrong with it is in the findings."""
    return read_config(load(path, shown))


def read_config(source: Source) -> LoadedConfig:
    """The configuration in a source."""
    findings = list(source.findings)
    config: Config | None = None
    if isinstance(source.root, MappingNode):
        findings += Shape(json.loads(config_text()), "the configuration").check(source.root)
        if not findings:
            reader = _Reader(source.path.parent)
            config = reader.read(source.root)
            findings += reader.findings
    elif source.root is not None:
        message = f"the configuration must be an object, not {kind(source.root)}"
        findings.append(error("wrong-type", message, source.root.span, "Run `rtgen init` for an example."))
    broken = any(each.severity is Severity.ERROR for each in findings)
    return LoadedConfig(None if broken else config, ordered(findings), source.text)


def find_specs(config: Config) -> Iterator[Path | Finding]:
    """The files that `specs:` names, sorted, each once; a finding for an entry that names none."""
    seen: set[Path] = set()
    for pattern, span in config.specs:
        found = files_matching(config.folder, pattern)
        if not found:
            hint = "Paths are relative to this file; patterns are such as `specs/*.yaml`."
            yield error("config", f"`{pattern}` names no file", span, hint)
        for path in found:
            if path not in seen:
                seen.add(path)
                yield path


def _items(node: Node | None) -> tuple[Scalar, ...]:
    return tuple(item for item in node.items if isinstance(item, Scalar)) if isinstance(node, Sequence) else ()


def _joined(node: Sequence) -> str:
    """A list as an option is given it: with commas."""
    return ", ".join(each.text for each in _items(node))


def _text(node: MappingNode, key: str) -> str:
    value = node.get(key)
    return value.text if isinstance(value, Scalar) else ""
