"""What nodes do with Redis, broken: scripts that leave something out, and news that are not read again."""

import itertools
import sys
from typing import Any, Final

from chaos.mutation import Mutations, replace
from delivery.report import Invariant

mutation: Final = Mutations()
HOUR: Final = 3_600_000


def _rewrite(before: str, after: str) -> None:
    """All scripts that have this, without it."""
    from rtgen_runtime.redis import shard
    from rtgen_runtime.redis.scripts import Script

    changed: dict[str, Script] = {}
    for module in [each for name, each in sys.modules.items() if name.startswith("rtgen_runtime.redis.")]:
        for name, value in list(vars(module).items()):
            if isinstance(value, Script) and before in value.text:
                changed[value.sha] = Script(value.keys, value.text.replace(before, after))
                setattr(module, name, changed[value.sha])
    assert changed, f"no script has {before!r}"
    replace(shard, "_SCRIPTS", tuple(changed.get(each.sha, each) for each in shard._SCRIPTS))


def _lose(every: int) -> None:
    """What others have made, and what was made here, is not heard each so many times, without a word."""
    from rtgen_runtime.redis.lines import Lines

    heard, turn = Lines.heard, itertools.count(1)

    def losing(self: Lines, line: Any, news: Any) -> None:
        if next(turn) % every:
            heard(self, line, news)

    replace(Lines, "heard", losing)


def _look_often() -> None:
    """Quiet addresses are looked at within a play."""
    from rtgen_runtime.redis.watching import Watch

    assert Watch.__init__.__kwdefaults__
    Watch.__init__.__kwdefaults__["quiet"] = 4.0


def _deaf_once() -> None:
    """The first wire after the first one hears nothing, and looks alive."""
    from rtgen_runtime.redis.hearing import Hearing

    use, turns = Hearing._use, dict[int, int]()

    def some(self: Hearing, wire: Any) -> None:
        turns[id(self)] = turns.get(id(self), 0) + 1
        wanted = self._wanted
        if turns[id(self)] == 2:
            self._wanted = {}
        use(self, wire)
        self._wanted = wanted

    replace(Hearing, "_use", some)


@mutation(None, "clients-reset")
def messages_lost() -> None:
    """Each fifth message between nodes is lost; gaps are read, and quiet addresses looked at."""
    _lose(5)
    _look_often()


@mutation(Invariant.NO_GAP, "clients-reset")
def gaps_not_read() -> None:
    """Each fifth message between nodes is lost, and what is missing is not read."""
    from rtgen_runtime.redis.lines import Line

    def follows(self: Line, news: Any) -> bool:
        return bool(news.epoch == self.epoch or not self.epoch)

    _lose(5)
    replace(Line, "follows", follows)


@mutation(Invariant.NO_SILENT_LOSS, "clients-reset")
def quiet_addresses_not_compared() -> None:
    """Each third message between nodes is lost, and after the last one nobody looks."""
    from rtgen_runtime.redis.watching import Watch

    async def never(_self: Watch, **_options: Any) -> None:
        return

    _lose(3)
    replace(Watch, "compare", never)


@mutation(Invariant.NO_SILENT_LOSS, "redis-emptied", "redis-emptied")
def holes_not_told() -> None:
    """What can't be read any more is passed over: nobody is told to join again."""
    from rtgen_runtime.redis import lines

    replace(lines, "_why_not", lambda _line, _hole: "")


@mutation(Invariant.NO_GAP, "redis-link-jittered", "redis-link-slow", faults=6)
def own_events_first() -> None:
    """What a node has made does not wait for what others made before, and nobody looks whether it follows."""
    from rtgen_runtime.history.interface import Position
    from rtgen_runtime.history.tails import KeptEvent, Tails
    from rtgen_runtime.redis.lines import Line, Lines, State

    hear = Tails.hear

    def follows(self: Tails, address: str, position: Position, event: KeptEvent) -> bool:
        hear(self, address, position, event)
        return True

    def made(self: Lines, line: Line, news: Any) -> None:
        if line.state is State.GOOD:
            self._pass(line, news)
        else:
            self._hold(line, news)

    replace(Lines, "made", made)
    replace(Tails, "hear", follows)


@mutation(None, "subscribers-killed", "subscribers-killed")
def deaf_once() -> None:
    """A subscription is dead without a word; its tick notices."""
    _deaf_once()


@mutation(Invariant.NO_SILENT_LOSS, "subscribers-killed", "subscribers-killed")
def deafness_not_noticed() -> None:
    """A subscription is dead without a word, and nobody asks whether it lives."""
    from rtgen_runtime.redis.watching import Watch

    _deaf_once()
    replace(Watch, "_notice_deafness", lambda _self: None)


@mutation(Invariant.EFFECT_ONCE, "redis-link-cut", "redis-link-slow", "redis-link-reset", faults=10)
def commands_done_twice() -> None:
    """A command that is sent again after its answer was lost is done again."""
    _rewrite("if before then return cjson.decode(before) end", "")


@mutation(Invariant.ORDER, "redis-emptied", "redis-emptied")
def epochs_not_random() -> None:
    """An address begins again from 1 in what seems to be the same epoch."""
    from rtgen_runtime.redis.shard import Shard

    replace(Shard, "fresh", lambda _self: "0000cafe")


@mutation(Invariant.ORDER, "meta-evicted", faults=6)
def evictions_not_noticed() -> None:
    """An address that was dropped begins again from 1 in the epoch that it had."""
    _rewrite("epoch = now .. fresh", "epoch = now")


@mutation(Invariant.ORDER, "redis-tail-lost", "redis-tail-lost", faults=2)
def failovers_not_noticed() -> None:
    """A Redis that may lack the tail is taken for the one before."""
    _rewrite("if keeps == '0' then redis.call('SET', generation, fresh) end", "")


@mutation(Invariant.NO_SILENT_LOSS, "clients-reset")
def acknowledged_without_keeping() -> None:
    """Now and then something is acknowledged that Redis never got."""
    import asyncio

    from rtgen_runtime.history.interface import Position
    from rtgen_runtime.redis.history import RedisHistory

    append, turn = RedisHistory.append, itertools.count(1)

    def pretending(self: RedisHistory, *arguments: Any, **options: Any) -> Any:
        future = append(self, *arguments, **options)
        if next(turn) % 40:
            return future

        async def further() -> Position:
            position = await future
            return Position(position.epoch, position.offset + 1_000_000)

        return asyncio.ensure_future(further())

    replace(RedisHistory, "append", pretending)


@mutation(Invariant.EFFECT_ONCE, "clients-reset", faults=6)
def running_state_ignored() -> None:
    """A request that runs at one node is begun at another."""
    _rewrite("if state == 'o' and mark == token then", "if state == 'o' and is_alive(owner) then")


@mutation(Invariant.EFFECT_ONCE, "node-frozen", faults=8, seconds=56.0)
def dead_owners_forgotten() -> None:
    """What a dead node worked on is begun again, as if nothing had happened."""
    _rewrite("if state == 'o' and not is_alive(owner) then state = 'a' end", _AGAIN)


_AGAIN: Final = "if state == 'o' and not is_alive(owner) then return {'new', '', ''} end"


@mutation(Invariant.EFFECT_ONCE, "clients-half-open", "redis-emptied", faults=8)
def losses_forgotten() -> None:
    """Nobody asks whether Redis has forgotten what comes again."""
    from rtgen_runtime.redis.outcomes import RedisOutcomes

    async def sure(_self: RedisOutcomes, _owner: str, _window: float) -> bool:
        return True

    replace(RedisOutcomes, "remembers", sure)


@mutation(Invariant.PRESENCE, "node-killed", faults=4)
def leases_for_ever() -> None:
    """A node that is gone is believed to be there."""
    _rewrite("redis.call('ZADD', nodes, now + tonumber(lease), node)", f"redis.call('ZADD', nodes, now + {HOUR}, node)")


@mutation(Invariant.REALM, "clients-slow", seconds=60.0)
def control_not_heard() -> None:
    """What one node says to all others about connections, such as that somebody is put out, is not heard."""
    from rtgen_runtime.redis.broker import RedisBroker

    def deaf(_self: RedisBroker, _fields: list[bytes], _body: bytes) -> None:
        return

    replace(RedisBroker, "_control_heard", deaf)
