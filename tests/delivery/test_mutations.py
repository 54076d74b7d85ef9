"""Each mechanism broken, one at a time: the checker must say so, and by the right invariant."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from delivery.report import Invariant
from delivery.script import Story
from rtgen_runtime.admissions import Admissions
from rtgen_runtime.batches import Batches
from rtgen_runtime.client import links
from rtgen_runtime.client.memberships import Member
from rtgen_runtime.history import recovery, tails
from rtgen_runtime.history.interface import Position
from rtgen_runtime.history.memory import MemoryHistory
from rtgen_runtime.history.recovery import Page
from rtgen_runtime.hub import Hub
from rtgen_runtime.outbox import Outbox
from rtgen_runtime.outcomes import Once
from rtgen_runtime.presence.crowd import Crowd
from rtgen_runtime.subscriptions import Subscription

Patch = pytest.MonkeyPatch


async def test_the_story_itself_breaks_nothing() -> None:
    report = await Story().told()
    assert not report.violations, str(report)
    assert report.recoveries["recovered"] >= 3
    assert report.recoveries["too_old"] == 1
    assert report.recoveries["epoch_changed"] == 3
    assert report.told_lost == 12
    assert report.received > 60, str(report)
    assert report.silent_lost == 0


def skip_the_merge(patch: Patch) -> None:
    """What is replayed comes live once more."""

    def release(self: Subscription, page: Any) -> None:
        held, self._held = self._held, None
        self.live = True
        for each in (*page.entries, *(held.events if held else ())):
            self.outbox.add(each.frame)

    patch.setattr(Subscription, "release", release)


def replay_twice(patch: Patch) -> None:
    release = Subscription.release

    def twice(self: Subscription, page: Any) -> None:
        for each in page.entries:
            self.outbox.add(each.frame)
        release(self, page)

    patch.setattr(Subscription, "release", twice)


def ack_without_append(patch: Patch) -> None:
    """The publisher has its answer, and the store never gets the event."""
    append = MemoryHistory.append
    last = Position("", 0)
    count = iter(range(1000))

    def most(self: Any, *event: Any) -> "asyncio.Future[Position]":
        nonlocal last
        if next(count) != 5:
            kept = append(self, *event)
            last = kept.result()
            return kept
        done: asyncio.Future[Position] = asyncio.get_running_loop().create_future()
        done.set_result(Position(last.epoch, last.offset + 1))
        return done

    patch.setattr(MemoryHistory, "append", most)


def drop_one(patch: Patch) -> None:
    """One live event does not get to anybody."""
    deliver = Hub._deliver
    count = iter(range(1000))

    def most(self: Hub, address: str, event: Any) -> None:
        if not event.offset or next(count) != 4:
            deliver(self, address, event)

    patch.setattr(Hub, "_deliver", most)


def forget_to_adopt(patch: Patch) -> None:
    """The client stays where it stood when the server said where it is now."""
    after = Member._after

    def stay(self: Member, info: Any, *, caught_up: bool) -> Any:
        adopted = after(self, info, caught_up=caught_up)
        return (self.position, None) if self.position is not None and not caught_up else adopted

    patch.setattr(Member, "_after", stay)


def recover_across_a_hole(patch: Patch) -> None:
    """A position that the history no longer reaches is gone on from as if nothing were missing."""

    def recover(known: Any, since: Any, **_: Any) -> Page[Any]:
        missed = () if since is None else tuple(each for each in known.entries if each.offset > since[1])
        return Page(known.epoch, known.top, missed, recovered=since is not None)

    patch.setattr(tails, "recover", recover)


def ignore_the_epoch(patch: Patch) -> None:
    """A position of a server that is gone counts at another one."""
    recover = recovery.recover

    def trusting(known: Any, since: Any, **caps: Any) -> Any:
        return recover(known, since and (known.epoch, min(since[1], known.top)), **caps)

    patch.setattr(tails, "recover", trusting)


def keep_the_first(patch: Patch) -> None:
    """Of what conflates the oldest stays."""
    keep = Batches._keep

    def first(self: Batches, batch: Any, event: Any) -> None:
        if event.policy is None or event.policy.slot is None or not batch.slots:
            keep(self, batch, event)

    patch.setattr(Batches, "_keep", first)


def no_grace(patch: Patch) -> None:
    patch.setattr(Crowd, "lost", Crowd.left)


def ghosts(patch: Patch) -> None:
    patch.setattr(Crowd, "lost", lambda self, key, now: None)
    patch.setattr(Crowd, "left", lambda self, key, now: None)


def run_twice(patch: Patch) -> None:
    async def always(self: Once, *asked: Any, **_more: Any) -> Any:
        return await asked[-1]()

    patch.setattr(Once, "answer", always)


def deliver_after_kick(patch: Patch) -> None:
    patch.setattr(Admissions, "end_delivery", lambda self, membership: None)


def deliver_after_expiry(patch: Patch) -> None:
    patch.setattr("rtgen_runtime.identity.GRACE", 10_000.0)


def reorder(patch: Patch) -> None:
    flush = Outbox.flush

    def backwards(self: Outbox) -> Any:
        frames = self._frames or []
        if len(frames) > 2 and all(b"$" not in frame[:3] for frame in frames[1:]):
            frames[1:] = reversed(frames[1:])
        return flush(self)

    patch.setattr(Outbox, "flush", backwards)


def phantom(patch: Patch) -> None:
    deliver = Hub.deliver

    def changed(self: Hub, address: str, tag: str, kept: Any) -> None:
        deliver(self, address, tag, kept._replace(frame=kept.frame.replace(b"without carol", b"without anybody")))

    patch.setattr(Hub, "deliver", changed)


def never_come_back(patch: Patch) -> None:
    patch.setattr(links, "backoff", lambda failures, random: 10_000.0)


MUTATIONS: list[tuple[Callable[[Patch], None], Invariant]] = [
    (skip_the_merge, Invariant.ORDER),
    (replay_twice, Invariant.NO_DUPLICATE),
    (ack_without_append, Invariant.ORDER),
    (drop_one, Invariant.NO_SILENT_LOSS),
    (drop_one, Invariant.NO_GAP),
    (forget_to_adopt, Invariant.NO_GAP),
    (recover_across_a_hole, Invariant.NO_SILENT_LOSS),
    (ignore_the_epoch, Invariant.NO_GAP),
    (keep_the_first, Invariant.CONFLATION),
    (no_grace, Invariant.PRESENCE),
    (ghosts, Invariant.PRESENCE),
    (run_twice, Invariant.EFFECT_ONCE),
    (deliver_after_kick, Invariant.REALM),
    (deliver_after_expiry, Invariant.REALM),
    (reorder, Invariant.ORDER),
    (phantom, Invariant.NO_PHANTOM),
    (never_come_back, Invariant.LIVENESS),
]


@pytest.mark.parametrize(("mutation", "invariant"), MUTATIONS, ids=lambda each: getattr(each, "__name__", str(each)))
async def test_a_broken_mechanism_is_found(
    mutation: Callable[[Patch], None], invariant: Invariant, monkeypatch: Patch
) -> None:
    mutation(monkeypatch)
    report = await Story().told()
    assert invariant in report.broken, str(report)
