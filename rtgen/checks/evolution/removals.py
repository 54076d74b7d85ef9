"""Names that are given up with this version, and that the contract does not list in `removed` yet."""

from collections.abc import Iterator, Sequence

from rtgen.checks.evolution.pair import Pair
from rtgen.source.finding import Finding, warning
from rtgen.source.span import Span, file_start


def unsaid_removals(pair: Pair) -> Iterator[Finding]:
    """A finding for each list that lacks some: what to write, so that no name returns with another meaning."""
    span = pair.new.span or file_start(pair.new.source)
    gone = [each.name for each in pair.removed if each.name not in pair.new.removed]
    if gone:
        yield _finding("channels", gone, pair.new.removed, "the contract", span)
    for each in pair.channels:
        gone = [event.name for event in each.removed if event.name not in each.new.removed]
        if gone:
            where = f"the channel `{each.new.name}`"
            yield _finding(f"events of `{each.new.name}`", gone, each.new.removed, where, each.new.span or span)


def _finding(what: str, gone: Sequence[str], listed: Sequence[str], where: str, span: Span) -> Finding:
    names = ", ".join(f"`{each}`" for each in gone)
    hint = (
        f"Write `removed: [{', '.join([*listed, *gone])}]` in {where}: then no later version gives them another "
        "meaning, and a server goes on serving clients that know them."
    )
    return warning("removed-unsaid", f"{what} that this version gives up: {names}", span, hint)
