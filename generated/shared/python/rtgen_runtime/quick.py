"""The quick way of an event, from its frame to its answer: what nearly every message takes.

The ordinary way goes through the decoder, the session with its tables, effects, lanes, deliveries and calls; it is the
specification. Here the same is done in one go, by a plan that is made for each event when the app is: what would be
looked up for every message is at hand, and nothing is made that is looked at once and thrown away.

A frame is *taken* here, or left to the ordinary way before anything has happened. Left are frames that are not surely
valid, whatever is wrong with them; events that are asked about (`may`), stand behind middleware, take effect once, or
are relayed, or have something deprecated; clients of whom anything else is under way; and everything in debug mode.
`tests/runtime_python/test_quick.py` plays the same frames through both ways, and compares all that comes of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from rtgen_runtime.calls import AWAITABLE, Guard, must_be_awaited
from rtgen_runtime.codecs import is_larger, size_of
from rtgen_runtime.declarations import (
    NOTHING,
    Channel,
    HandledEvent,
    RateLimit,
    RelayEvent,
    RequestEvent,
)
from rtgen_runtime.decoding import Reading
from rtgen_runtime.handler import ChannelHandler
from rtgen_runtime.observing.metrics import Histogram
from rtgen_runtime.observing.tally import Tally
from rtgen_runtime.scopes import MemberScope
from rtgen_runtime.throttle import Throttle
from rtgen_runtime.transitions import Phase
from rtgen_runtime.validation import Accepts

if TYPE_CHECKING:
    from rtgen_runtime.answers import Answers
    from rtgen_runtime.app import App
    from rtgen_runtime.connection import Connection
    from rtgen_runtime.session import Session

_READY: Final = Phase.READY  # asking the class takes a tenth of a microsecond
_REPLY: Final = b"$reply"

Context = MemberScope[Any, Any, Any]


@dataclass(slots=True)
class Plan:
    """What is known of an event before any message comes."""

    channel: Channel
    event: HandledEvent
    tag: str
    decode: Callable[[str], Any]
    """Gives `[tag, ref, address, payload]` of a text."""
    accepts: Accepts
    limit: RateLimit | None
    call: Callable[[Any, Any], object]
    """The handler's method, with a context and a payload."""
    encode: Callable[[Any], bytes] | None
    """The reply as JSON text, or an `InvalidPayload`; `None` where the answer is `null`."""
    key: tuple[str, str]
    """Of its histogram."""
    seconds: Histogram | None = None
    """That, once there is something to show."""

    def shown(self, tally: Tally) -> Histogram:
        """Its histogram; it is shown from now on."""
        self.seconds = found = tally.handler(self.key)
        return found


class Quick:
    """Of one app."""

    __slots__ = (
        "_calls",
        "_frame_limit",
        "_surely_fits",
        "_tally",
        "_time",
        "plans",
    )

    def __init__(
        self,
        app: "App",
        plans: Mapping[str, Plan],
    ) -> None:
        self.plans = plans
        """By tag."""
        self._frame_limit = app.contract.limits.frame
        self._surely_fits = self._frame_limit // 4
        """Characters that take no more bytes than that, whatever they are."""
        self._tally = app.tally
        self._calls = app.calls
        self._time = app.time

    def takes(
        self, data: str | bytes, connection: "Connection", session: "Session"
    ) -> bool:
        """Act on one message of the socket, or leave it."""
        if type(data) is not str or session.phase is not _READY:
            return False
        plan, length = self.plans.get(data[2 : data.find('"', 2)]), len(data)
        if plan is None or (
            length > self._surely_fits and is_larger(data, self._frame_limit)
        ):
            return False
        try:
            frame = plan.decode(data)
            if not plan.accepts(frame.payload, data):
                return False
        except (ValueError, RecursionError):
            return False
        first, address = session.members.first, frame.address
        membership = (
            first
            if first is not None and first.place.address == address
            else session.members.find(address)
        )
        answers, lanes, flags = session.answers, connection.lanes, session.flags
        if (
            membership is None
            or membership.subscription is None
            or not membership.granted
            or membership.place.channel is not plan.channel
            or answers.waiting is not None
            or lanes.queues is not None
            or (flags is not None and plan.tag in flags.shut_tags)
        ):
            return False
        # From here on it is taken.
        tally, ref, tag = self._tally, frame.ref, plan.tag
        connection.received = session.pulse.heard = now = self._time.now()
        tally.received_bytes += length if data.isascii() else size_of(data)
        tally.received[tag] += 1
        if plan.limit is not None:
            wait = session.limiter.draw(tag, plan.limit, now)
            if wait:
                answers.note(ref)
                throttle = Throttle(answers, session.limiter)
                connection.carry_out(throttle.refuse(ref, tag, wait, now))
                return True
        if flags is not None:
            flags.came(tag)
        answers.owe_only(ref)
        context, caller = membership.context, membership.caller
        if (
            context is None
            or caller is None
            or caller.identity is not session.standing.identity
            or caller.flags is not flags
        ):
            context = connection.context(membership)
        queues: dict[str, Any] = {address: None}
        lanes.queues = queues
        try:
            rest = self._handle(plan, frame, context, connection, answers)
        except BaseException:
            lanes.give_up(address)
            raise
        if rest is None and len(queues) == 1 and queues[address] is None:
            lanes.queues = None  # nothing has come behind it
        else:
            lanes.end(address, rest)
        return True

    def _handle(
        self,
        plan: Plan,
        frame: Any,
        context: Context,
        connection: "Connection",
        answers: "Answers",
    ) -> Awaitable[None] | None:
        """Call the handler, and answer with what it gives; what has to be awaited goes on in the ordinary way."""
        ref, began = frame.ref, perf_counter()
        try:
            given = plan.call(context, frame.payload)
            if (
                given is not None
                and AWAITABLE.get(type(given), True)
                and must_be_awaited(given)
            ):
                done, failed = connection.deliveries().ends(plan.event, ref)
                guard = Guard(failed, plan.tag, plan.event, context)
                return self._calls.finish(given, guard, done, plan.key, began)
            reply = b"null" if plan.encode is None else plan.encode(given)
            if ref and answers.settles(ref):
                self._tally.answered[_REPLY] += 1
                connection.outbox.add(b'["$reply",%d,%b]' % (ref, reply))
        except (Exception, asyncio.CancelledError) as error:
            _, failed = connection.deliveries().ends(plan.event, ref)
            if not Guard(failed, plan.tag, plan.event, context).takes(error):
                raise
        (plan.seconds or plan.shown(self._tally)).observe(perf_counter() - began)
        return None


def quick_way(app: "App", readings: Mapping[str, Reading]) -> Quick | None:
    """That of an app, which has none where middleware stands around every handler: that may wait."""
    if app.middleware:
        return None
    going = {each.tag for each in app.contract.deprecations}  # whose uses are counted
    found = (
        _plan(tag, each, app.handler(each.channel))
        for tag, each in readings.items()
        if tag not in going
    )
    return Quick(app, {plan.tag: plan for plan in found if plan is not None})


def _plan(tag: str, reading: Reading, handler: ChannelHandler[Any, Any]) -> Plan | None:
    event = reading.event
    if type(handler).may is not ChannelHandler.may or isinstance(event, RelayEvent):
        return None
    if isinstance(event, RequestEvent) and event.idempotent:
        return None
    method = getattr(handler, event.method)
    return Plan(
        reading.channel,
        event,
        tag,
        reading.decode,
        reading.accepts,
        event.limit,
        _without_payload(method) if event.payload is NOTHING else method,
        event.reply.encode if isinstance(event, RequestEvent) else None,
        (reading.channel.name, tag.partition(".")[2]),
    )


def _without_payload(method: Callable[[Any], object]) -> Callable[[Any, Any], object]:
    return lambda context, _nothing: method(context)
