"""Rule `removed-without-notice`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, breach
from rtgen.contract.model import Channel, Contract, Event


def _check(pair: Pair) -> Iterator[Breach]:
    for gone in pair.removed:
        yield from _judged(pair, Place(gone.name), gone, pair.new)
    for channel in pair.channels:
        for event in channel.removed:
            yield from _judged(pair, channel.place(event), event, channel.new)


def _judged(pair: Pair, place: Place, gone: Channel | Event, new: Channel | Contract) -> Iterator[Breach]:
    notice = gone.deprecation
    if notice is None:
        yield breach(f"{gone} is gone without notice", place, old=gone, new=new)
    elif notice.sunset is not None and pair.today.isoformat() < notice.sunset:
        yield breach(f"{gone} is gone before its sunset, {notice.sunset}", place, old=gone, new=new)


RULE = BreakingRule(
    id="removed-without-notice",
    level=Level.POLICY,
    summary="A channel or an event is gone that was never marked `deprecated`, or is gone before its sunset.",
    why="Who uses it had no time to move.",
    fix="Mark it `deprecated` with a `sunset` in one version; remove it after that day.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
  wave:
    from: client
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
  wave:
    from: client
    deprecated: { sunset: 2025-12-01 }
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
    ),
)
