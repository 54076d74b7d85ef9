"""One stream, judged twice. Where the two may differ stands here, each with its reason."""

from collections import Counter
from random import Random
from typing import Final

from client_frames import cut
from fuzz_native.streams import stream
from fuzz_native.verdicts import Theirs, Verdict, ours
from rtgen_runtime.transports.native.codec import Closing, Ping, Pong
from rtgen_runtime.transports.native.framing import NO_STATUS

CODES: Final = {
    (1002, 1009): "wrong and too large: the library looks at the size first",
    (1009, 1002): "too large and wrong: the other way round",
    (1007, 1002): "not compressed as agreed: the library calls it a protocol error",
}
"""Ours and theirs, where both refuse at the same place."""


class Disagreement(AssertionError):
    """The two codecs don't say the same of a stream."""


def compare(sent: bytes, places: list[int], *, compresses: bool) -> str:
    """What both say of a stream, in a few words.

    Raises:
        Disagreement: They don't.
    """
    mine = ours(cut(sent, *places), compresses=compresses)
    theirs = Theirs(compresses=compresses)
    theirs.feed(sent)
    said = _agreed(mine, theirs, compresses=compresses)
    if said is None:
        raise Disagreement(f"of {sent.hex()}\n  ours   {mine.told()}\n  theirs {theirs.verdict.told()}")
    return said


def play(seed: str, count: int) -> Counter[str]:
    """Compare so many streams; what was said of them.

    Raises:
        Disagreement: Of one of them.
    """
    dice, said = Random(seed), Counter[str]()  # noqa: S311 - it is to be repeated
    for _ in range(count):
        compresses = dice.random() < 0.3
        sent = stream(dice, compresses=compresses)
        places = [dice.randrange(len(sent) + 1) for _ in range(dice.choice((0, 0, 1, 5)))]
        said[compare(sent, places, compresses=compresses)] += 1
    return said


def _agreed(mine: Verdict, theirs: Theirs, *, compresses: bool) -> str | None:
    """What both say, in a few words; `None` when it is not the same."""
    other = theirs.verdict
    if theirs.closed_within_a_message and mine.events and isinstance(mine.events[-1], Closing):
        return "closed within a message" if mine.events[:-1] == other.events else None
    if mine.failed is not None and other.failed is None:
        theirs.complete()
        said = f"failed with {mine.failed}, before the library"
    else:
        said = "accepted" if mine.failed is None else f"failed with {mine.failed}"
    codes = mine.failed, other.failed
    if mine.events == other.events and (codes[0] == codes[1] or codes in CODES):
        return said
    if mine.failed == 1007 and other.failed is not None and _has_only_pings_more(other, mine):
        return "failed with 1007 at the first wrong byte, the library at the message's end or before it"
    if other.failed == 1009 and _is_a_control_frame(mine, len(other.events), theirs.refused_size):
        return "a control frame: the library counts it as a part of the message around it"
    if compresses and codes == (1009, 1009) and _has_only_pings_more(mine, other):
        return "failed with 1009 where a compressed message became too large, the library a fragment before"
    return None


def _has_only_pings_more(one: Verdict, other: Verdict) -> bool:
    more = one.events[len(other.events) :]
    is_same = one.events[: len(other.events)] == other.events
    return is_same and all(isinstance(each, Ping | Pong) for each in more)


def _is_a_control_frame(mine: Verdict, at: int, size: int | None) -> bool:
    """Whether we heard one of that size there, or still wait for all of it."""
    match mine.events[at : at + 1]:
        case [Ping(data) | Pong(data)]:
            return len(data) == size
        case [Closing(code, reason)]:
            return size == (0 if code == NO_STATUS else 2 + len(reason.encode()))
        case []:
            return mine.failed is None and size is not None and size <= 125
        case _:
            return False
