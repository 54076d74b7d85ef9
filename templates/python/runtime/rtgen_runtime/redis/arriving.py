"""Which Redis it is that a node finds, and what the one before may have taken with it."""

from typing import Final

from rtgen_runtime.redis.scripts import CLOCK, EVEN_WHEN_FULL, Script

ARRIVE: Final = Script(
    5,
    EVEN_WHEN_FULL
    + CLOCK
    + """
local generation, process, session_key, lost, ended = unpack(KEYS)
local fresh, running, keeps, key, known = unpack(ARGV)
local before, stood = redis.call('GET', process), redis.call('GET', generation)
local function id(text) return string.match(text, '^[^:]*') end
local function note_end(of)
  redis.call('ZADD', ended, clock(), of)
  redis.call('ZREMRANGEBYSCORE', ended, '-inf', clock() - 86400000)
  redis.call('SET', lost, clock())
end
local is_same = before and (before == running or (id(before) == id(running) and string.match(running, ':0*$')))
if not is_same then
  redis.call('SET', process, running)
  if keeps == '0' then redis.call('SET', generation, fresh) end
end
if known ~= '' and known ~= stood and not redis.call('ZSCORE', ended, known) then
  redis.call('SET', generation, fresh)
  note_end(known)
end
redis.call('SET', generation, fresh, 'NX')
redis.call('SET', session_key, key, 'NX')
local now = redis.call('GET', generation)
if stood and now ~= stood then note_end(stood) end
return {now, redis.call('GET', session_key), clock()}
""",
)
"""The first words on each wire. Another process than before, or one that nobody remembers, may have lost something:
then a generation ends, and it is noted when.

A process is known by its id, and by whose place it took as a primary; the latter it forgets after a while. A node that
knew a generation which never ended here has been with another Redis meanwhile, or with this one before it was emptied.
What came of that this Redis lacks, though it may be the same process as ever, with the generation of before: one that
was cut off, say, while another had its place. So the generation ends there, too: once, whoever else knew the other;
which did is remembered for a day.
"""

LOST: Final = Script(
    2,
    CLOCK
    + """
local generation, lost = unpack(KEYS)
local known, window = unpack(ARGV)
if redis.call('GET', generation) ~= known then redis.call('SET', lost, clock(), 'NX') end
local since = tonumber(redis.call('GET', lost) or 0)
return clock() - since < tonumber(window) and 1 or 0
""",
)
"""Whether something may have been lost in so many milliseconds; emptied while it runs, it forgets the generation."""
