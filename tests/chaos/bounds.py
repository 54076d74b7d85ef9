"""Invariant 12: what nodes and Redis hold while nobody talks, before the faults and after them."""

from collections.abc import Iterator
from typing import Final

from chaos.redis_servers import ask
from chaos.world import World
from delivery.history import Op, Record

GROWTH: Final = "growth"
"""For what may well be less afterwards: a node that was started anew, memory that was given back."""
_COUNT: Final = """
local lasting, endless, bytes = 0, 0, 0
for _, key in ipairs(redis.call('KEYS', '*')) do
  local last = string.match(key, ':([^:]*)$')
  if string.find(key, ':twin:', 1, true) or string.find(key, ':outcomes:', 1, true) then
    if redis.call('PTTL', key) < 0 then endless = endless + 1 end
  elseif last ~= 'revoked' and last ~= 'lost' and last ~= 'ended' then
    lasting, bytes = lasting + 1, bytes + redis.call('MEMORY', 'USAGE', key, 'SAMPLES', 0)
  end
end
return {lasting, endless, bytes}
"""
"""Requests and answers that are remembered go by themselves: that they will is what is looked at, and their memory is
that of the minutes before. There is one key for all who were revoked, and two for what a Redis lost, and they come with
the first of them."""


async def measure(it: World, *, memory: bool) -> dict[str, float]:
    """How much of everything there is, of all nodes together; memory in MiB, and only where histories are full."""
    primary = await it.redis.primary()
    lasting, endless, data = map(int, (await ask(primary.port, "EVAL", _COUNT, "0")).split())
    found: dict[str, float] = {
        "descriptors of nodes": sum(each.descriptors() for each in it.nodes),
        "tasks of nodes": sum([await each.tasks() for each in it.nodes]),
        "keys of Redis": lasting,
        "remembered without an end": endless,
    }
    if memory:
        found["memory of nodes, MiB"] = sum(each.resident() for each in it.nodes) / 2**20
        found["data of Redis, MiB"] = data / 2**20
    return found


def compared(t: float, before: dict[str, float], after: dict[str, float]) -> Iterator[Record]:
    """For the checker."""
    for name, value in after.items():
        reason = GROWTH if "MiB" in name else ""
        yield Record(t, Op.BOUND, key=name, before=before[name], after=value, reason=reason)
