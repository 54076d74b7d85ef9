"""What concerns connections reaches every node, those too that come later, whatever their clocks say."""

from cluster.ears import Node, nodes, prefixed
from redis_server import RedisServer
from rtgen_runtime.auth.revocation import Revocation
from rtgen_runtime.broker.words import Arrived, Disconnect, Switched
from rtgen_runtime.redis.messages import control_of

BYE = Disconnect(4410, "put-out", "bye", subject="ada")


def revoked_at(node: Node) -> list[Revocation]:
    """What it is told."""
    found: list[Revocation] = []

    def hear(revocation: Revocation) -> None:
        found.append(revocation)
        node.ears.wake()

    node.broker.on_revoked = hear
    return found


async def test_each_word_is_heard_once_by_the_others(redis: RedisServer) -> None:
    url = f"{prefixed(redis.url)}"
    async with nodes(f"{url},{url}x") as (one, other):  # two servers: each word goes through both
        one.broker.control(BYE)
        one.broker.control(Disconnect(4410, "put-out", "bye", subject="bob"))
        await other.ears.until(lambda: len(other.ears.heard) >= 2)
        for node in one, other:
            for shard in node.shards:
                await shard.commands.ask("PING")
        assert [what.subject for _, what in other.ears.heard] == ["ada", "bob"]
        assert one.ears.heard == []


async def test_f6_clocks_that_are_an_hour_apart_agree_on_who_came_last(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url)) as (one, other):
        real = other.broker._wall
        other.broker._wall = lambda: real() - 3600.0
        now = one.broker._wall()
        one.broker.control(Arrived("@ada", "phone", now))
        await other.ears.until(lambda: len(other.ears.heard) == 1)
        heard = other.ears.heard[0][1]
        assert abs(heard.at - (now - 3600.0)) < 2.0
        other.broker.control(Arrived("@ada", "phone", other.broker._wall()))
        await one.ears.until(lambda: len(one.ears.heard) == 1)
        assert abs(one.ears.heard[0][1].at - now) < 2.0


async def test_c11_a_node_that_was_away_or_comes_later_knows_what_was_revoked(redis: RedisServer) -> None:
    url = prefixed(redis.url)
    async with nodes(url) as (one, other):
        told = revoked_at(other)
        now = one.broker._wall()
        await one.broker.revoke(Revocation("subject", "ada", now))
        await other.ears.until(lambda: len(told) == 1)
        assert told[0].value == "ada"
        assert abs(told[0].at - now) < 2.0
        async with nodes(url, 1) as (late,):
            late_told = revoked_at(late)
            await late.broker.read(late.shard)
            assert [(each.kind, each.value) for each in late_told] == [("subject", "ada")]


async def test_old_revocations_are_forgotten(redis: RedisServer) -> None:
    async with nodes(prefixed(redis.url), 1) as (node,):
        now = node.broker._wall()
        await node.broker.revoke(Revocation("token", "old", now - 90_000.0))
        await node.broker.revoke(Revocation("token", "new", now))
        kept = [control_of(each) for each in redis.ask("ZRANGE", node.shard.names.revoked, 0, -1)]
        assert [each.value for each in kept] == ["new"]  # type: ignore[union-attr]


async def test_how_flags_were_set_is_kept_for_nodes_that_come_later(redis: RedisServer) -> None:
    url = prefixed(redis.url)
    async with nodes(url) as (one, other):
        word = Switched("beta", one.broker._wall(), "x", percent=20.0)
        one.broker.control(word)
        await other.ears.has(word)
        async with nodes(url, 1) as (late,):
            await late.broker.read(late.shard)
            assert late.ears.heard == [("", word)]
