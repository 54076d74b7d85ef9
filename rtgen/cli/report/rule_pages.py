"""Rules for people and for programs, printed from their records."""

from collections.abc import Iterator, Sequence
from typing import Any

import click

from rtgen.api import BuiltIn, Rule
from rtgen.cli.report import breaking_pages
from rtgen.versions import BreakingRule

_PREFACE = """\
`rtgen check` judges a contract by the rules of a set. `recommended` is the default; `strict` adds what is right for
many contracts and too much for some. `rtgen explain RULE` prints a section of this page.

```yaml
# rtgen.yaml
lint:
  extends: strict
  rules: { channel-large: off, string-unbounded: error }    # or info, warning
  ignore:
    - { path: specs/old-*.yaml, rules: [property-case], because: phones in the field, until: 2027-03-01 }
  baseline: ci/known-findings.json                          # .rtgen-baseline.json unless told
```

One finding is accepted where it stands, at the end of its line or on the line above:

```yaml
# rtgen-ignore: string-unbounded, id-* until 2027-03-01 because the proxy cuts it
nick: { type: string }
```

Every ignore has a reason and a last day. One that is over, or that matches nothing any more, is reported.

`rtgen check --write-baseline` writes down what the rules say today; from then on only new findings are shown, and those
that are repaired are told until the file is written again. `--fix` repairs what needs no judgement, `--fail-on warning`
makes warnings count, and `--format github`, `gitlab`, `sarif` or `junit` shows findings where code is reviewed."""


def sets_of(rule: Rule | BuiltIn) -> str:
    """In which sets a rule is on, in words."""
    if isinstance(rule, BuiltIn):
        return "always on"
    return "only in `strict`" if rule.strict else "in `recommended` and in `strict`"


def explained(rule: Rule | BuiltIn) -> Iterator[str]:
    """All that its record says, as lines for a terminal."""
    yield f"{click.style(rule.id, bold=True)}: {rule.severity.word}, {sets_of(rule)}"
    yield f"  {rule.summary}"
    if isinstance(rule, BuiltIn):
        yield f"  {click.style('help:', fg='cyan')} {rule.fix}"
        yield from _repaired(rule)
        return
    yield f"  {click.style('why:', fg='cyan')} {rule.why}"
    yield f"  {click.style('help:', fg='cyan')} {rule.fix}"
    yield from _repaired(rule)
    yield from ("", "It speaks of:", *_indented(_shortened(rule.bad)))
    yield from ("", "It is silent on:", *_indented(_shortened(rule.good)))
    yield from ("", "In rtgen.yaml it can be `off`, `info`, `warning` or `error`:")
    yield f"  lint: {{ rules: {{ {rule.id}: off }} }}"


def _repaired(rule: Rule | BuiltIn) -> Iterator[str]:
    if rule.repairs:
        yield f"  {click.style('--fix:', fg='cyan')} {rule.repairs}"


def _shortened(example: str) -> list[str]:
    lines = example.splitlines()
    return lines if len(lines) <= 15 else [*lines[:3], f"  # … {len(lines) - 4} more …", lines[-1]]


def _indented(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines)


def _every(lint: Sequence[Rule], built_in: Sequence[BuiltIn]) -> list[Rule | BuiltIn]:
    return [*lint, *built_in]


def table(lint: Sequence[Rule], built_in: Sequence[BuiltIn], breaking: Sequence[BreakingRule]) -> Iterator[str]:
    """One line a rule."""
    width = max(len(each.id) for each in (*_every(lint, built_in), *breaking))
    yield "Rules of `rtgen check`; those with * are only in the set `strict`:"
    yield from (_row(each, width, "*" if each.strict else " ") for each in lint)
    yield ""
    yield from breaking_pages.table(breaking, width)
    yield ""
    yield "Reported by the compiler and the commands, always on:"
    yield from (_row(each, width, " ") for each in built_in)


def _row(rule: Rule | BuiltIn, width: int, mark: str) -> str:
    return f"  {rule.id:<{width}} {mark} {rule.severity.word:<8} {rule.summary}"


def listed(lint: Sequence[Rule], built_in: Sequence[BuiltIn], breaking: Sequence[BreakingRule]) -> dict[str, Any]:
    """What `--format json` prints."""
    rules = [_record(each) for each in _every(lint, built_in)]
    return {"version": 1, "rules": rules, "breaking": [breaking_pages.record(each) for each in breaking]}


def _record(rule: Rule | BuiltIn) -> dict[str, Any]:
    said = {"id": rule.id, "severity": rule.severity.word, "summary": rule.summary, "fix": rule.fix}
    said |= {"repairs": rule.repairs} if rule.repairs else {}
    if isinstance(rule, BuiltIn):
        return {**said, "sets": []}
    sets = ["strict"] if rule.strict else ["recommended", "strict"]
    return {**said, "sets": sets, "why": rule.why, "bad": rule.bad, "good": rule.good}


def page(lint: Sequence[Rule], built_in: Sequence[BuiltIn], breaking: Sequence[BreakingRule]) -> str:
    """The documentation's page of rules."""
    return "\n".join((*_page(lint, built_in), *breaking_pages.page(breaking), *_always(built_in))) + "\n"


def _page(lint: Sequence[Rule], built_in: Sequence[BuiltIn]) -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "<!-- Printed by `rtgen rules --format markdown` from the rules' own records; `make golden` writes it. -->"
    yield ""
    yield from _PREFACE.splitlines()
    yield ""
    yield from ("| rule | severity | set | about |", "| --- | --- | --- | --- |")
    for each in lint:
        word = "strict" if each.strict else "recommended"
        yield f"| [{each.id}](#{each.id}) | {each.severity.word} | {word} | {_cell(each.summary)} |"
    yield from ("", "## What `--fix` repairs", "", "| rule | what it does |", "| --- | --- |")
    yield from (f"| {each.id} | {_cell(each.repairs)} |" for each in _every(lint, built_in) if each.repairs)
    yield from ("", "Everything else takes a person: bounds, descriptions and names are not for a tool to make up.")
    for each in lint:
        yield from ("", f"## {each.id}", "", f"{each.summary} ({each.severity.word}, {sets_of(each)})", "")
        yield from (f"**Why:** {each.why}", "", f"**Instead:** {each.fix}", "")
        yield from ("```yaml", "# not so", *_shortened(each.bad), "", "# but so", *_shortened(each.good), "```")


def _always(built_in: Sequence[BuiltIn]) -> Iterator[str]:
    yield from ("", "## What is always reported", "")
    yield "These are no matter of taste: the contract does not compile, or a command could not do its work."
    yield from ("", "| id | severity | about | instead |", "| --- | --- | --- | --- |")
    for built in built_in:
        yield f"| {built.id} | {built.severity.word} | {_cell(built.summary)} | {_cell(built.fix)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
