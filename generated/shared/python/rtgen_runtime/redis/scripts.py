"""Scripts that Redis runs: each is one step for everybody, and tells its listeners in the order in which it was done.

Keys come as KEYS, so that access lists hold; what a script can't know before it reads is built from a prefix.
Epochs are `generation + something random`: a new generation (a Redis that may have lost something) ends all of them.
"""

from dataclasses import dataclass, field
from hashlib import sha1
from typing import Final

from rtgen_runtime.redis.wire import Argument

EVEN_WHEN_FULL: Final = "#!lua flags=allow-oom\n"
"""First in scripts that keep nodes alive, end what they began, or read: a full Redis refuses the others' changes."""
CLOCK: Final = """
local function clock()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function is_late(deadline)
  return tonumber(deadline) > 0 and clock() > tonumber(deadline)
end
local function time_left(deadline)
  return math.max(1000, tonumber(deadline) - clock() + 1000)
end
"""

_STREAM: Final = (
    CLOCK
    + """
local function is_short(latest, values)
  return latest and values and redis.call('HLEN', latest) < tonumber(values)
end
local function note_values(meta, latest)
  redis.call('HSET', meta, 'values', redis.call('HLEN', latest))
end
local function opened(meta, stream, generation, fresh, latest)
  local now = redis.call('GET', generation)
  if not now then
    now = fresh
    redis.call('SET', generation, now)
  end
  local found = redis.call('HMGET', meta, 'epoch', 'offset', 'number', 'values')
  local epoch = found[1]
  if epoch and string.sub(epoch, 1, #now) == now and not is_short(latest, found[4]) then
    return epoch, tonumber(found[2]), tonumber(found[3]), false
  end
  -- once something was deleted, a full Redis lets a script write whatever it likes
  if redis.call('EXISTS', meta, stream) > 0 then redis.call('DEL', meta, stream) end
  epoch = now .. fresh
  redis.call('HSET', meta, 'epoch', epoch, 'offset', 0, 'number', 0)
  return epoch, 0, 0, true
end
local function live(key, life)
  if redis.call('PTTL', key) < tonumber(life) then redis.call('PEXPIRE', key, life) end
end
local function pop(meta, stream, first, counted)
  redis.call('XDEL', stream, first[1])
  if counted then redis.call('HINCRBY', meta, 'held', -tonumber(first[2][6])) end
end
local function prune(meta, stream, now, keep, age, bytes)
  local counted = bytes > 0
  local surplus = redis.call('XLEN', stream) - keep
  while true do
    local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
    if not first then
      if counted then redis.call('HSET', meta, 'held', 0) end
      return
    end
    local held = counted and tonumber(redis.call('HGET', meta, 'held') or 0) or 0
    if surplus <= 0 and tonumber(first[2][4]) + age >= now and held <= bytes then return first end
    pop(meta, stream, first, counted)
    surplus = surplus - 1
  end
end
"""
)


@dataclass(frozen=True, slots=True)
class Script:
    """One of them, as it is loaded and called."""

    keys: int
    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        digest = sha1(self.text.encode(), usedforsecurity=False).hexdigest()
        object.__setattr__(self, "sha", digest)

    def call(self, *arguments: Argument) -> tuple[Argument, ...]:
        """The command: keys first."""
        return "EVALSHA", self.sha, self.keys, *arguments


# XADD comes first: what Redis refuses for want of memory it refuses at the first change that a script makes, and what
# fails there (a right, a key of another program) has changed nothing yet.
APPEND: Final = Script(
    5,
    _STREAM
    + """
local meta, stream, latest, generation, twin = unpack(KEYS)
local channel, deadline, fresh, body, size, keep, age, bytes, field, life, now = unpack(ARGV)
local before = redis.call('GET', twin)
if before then return cjson.decode(before) end
if is_late(deadline) then return redis.error_reply('LATE it came too late') end
now = now == '' and clock() or tonumber(now)
keep, age, bytes = tonumber(keep), tonumber(age), tonumber(bytes)
local epoch, offset, number = opened(meta, stream, generation, fresh, latest)
offset, number = offset + 1, number + 1
local was_empty = bytes > 0 and redis.call('XLEN', stream) == 0
local most = bytes > 0 and 10 * keep or keep
redis.call('XADD', stream, 'MAXLEN', most, offset .. '-0', 'b', body, 't', now, 's', size)
redis.call('HSET', meta, 'offset', offset, 'number', number)
if was_empty then redis.call('HSET', meta, 'held', 0) end
if bytes > 0 then redis.call('HINCRBY', meta, 'held', size) end
prune(meta, stream, now, keep, age, bytes)
redis.call('PEXPIRE', stream, age + 1000)
live(meta, life)
if field ~= '' then
  redis.call('HSET', latest, field, 'r' .. number .. '\\n' .. body)
  note_values(meta, latest)
end
local answer = {epoch, offset, number}
redis.call('SET', twin, cjson.encode(answer), 'PX', time_left(deadline))
redis.call('PUBLISH', channel, '1r ' .. number .. ' ' .. epoch .. ' ' .. offset .. '\\n' .. body)
return answer
""",
)

FORGET: Final = Script(
    4,
    _STREAM
    + """
local meta, stream, generation, twin = unpack(KEYS)
local channel, deadline, fresh, life = unpack(ARGV)
local before = redis.call('GET', twin)
if before then return cjson.decode(before) end
if is_late(deadline) then return redis.error_reply('LATE it came too late') end
local epoch = opened(meta, stream, generation, fresh)
local offset = redis.call('HINCRBY', meta, 'offset', 1)
local number = redis.call('HINCRBY', meta, 'number', 1)
redis.call('HSET', meta, 'forgotten', offset, 'held', 0)
live(meta, life)
redis.call('DEL', stream)
local answer = {epoch, offset, number}
redis.call('SET', twin, cjson.encode(answer), 'PX', time_left(deadline))
redis.call('PUBLISH', channel, '1f ' .. number .. ' ' .. epoch .. ' ' .. offset .. '\\n')
return answer
""",
)

READ: Final = Script(
    3,
    EVEN_WHEN_FULL
    + _STREAM
    + """
local meta, stream, generation = unpack(KEYS)
local fresh, since, from, to, direction, events, most, keep, age, bytes, short, now = unpack(ARGV)
now = now == '' and clock() or tonumber(now)
local epoch, offset, number, is_new = opened(meta, stream, generation, fresh)
if is_new then redis.call('PEXPIRE', meta, short) end
local first = prune(meta, stream, now, tonumber(keep), tonumber(age), tonumber(bytes))
local oldest = first and tonumber(string.match(first[1], '^%d+')) or offset + 1
local entries = {}
if first and since ~= '' and tonumber(since) < offset then
  local found
  if direction == 'down' then
    found = redis.call('XREVRANGE', stream, to, from, 'COUNT', events)
  else
    found = redis.call('XRANGE', stream, from, to, 'COUNT', events)
  end
  local size = 0
  for index, entry in ipairs(found) do
    size = size + tonumber(entry[2][6])
    entries[index] = {string.match(entry[1], '^%d+'), entry[2][2], entry[2][4]}
    if index > 1 and size > tonumber(most) then break end
  end
end
return {epoch, offset, number, tonumber(redis.call('HGET', meta, 'forgotten') or 0), oldest, entries}
""",
)
"""Entries between two offsets, if there are any beyond `since`; at most so many, and one more than fits `most`."""

BASE: Final = Script(
    2,
    """
local meta, counts = unpack(KEYS)
local found = redis.call('HMGET', meta, 'epoch', 'offset', 'number')
return {found[1] or '', tonumber(found[2] or 0), tonumber(found[3] or 0), redis.call('HGETALL', counts)}
""",
)
"""Where an address stands when a node begins to hear it."""

HOLE: Final = Script(
    4,
    EVEN_WHEN_FULL
    + _STREAM
    + """
local meta, stream, latest, generation = unpack(KEYS)
local fresh, known, after, most, short = unpack(ARGV)
if known == '' and redis.call('EXISTS', meta) == 0 then return {'', 0, 0, 0, {}, {}} end
local epoch, offset, number, is_new = opened(meta, stream, generation, fresh)
if is_new then redis.call('PEXPIRE', meta, short) end
local entries = {}
for index, entry in ipairs(redis.call('XRANGE', stream, tonumber(after) + 1, '+', 'COUNT', most)) do
  entries[index] = {string.match(entry[1], '^%d+'), entry[2][2], entry[2][4]}
end
local forgotten = tonumber(redis.call('HGET', meta, 'forgotten') or 0)
return {epoch, offset, number, forgotten, entries, redis.call('HVALS', latest)}
""",
)
"""What a node has not heard."""

TOPS: Final = Script(
    1,
    """
local generation = redis.call('GET', KEYS[1]) or '-'
local function kept(meta)
  local at = redis.call('HMGET', meta, 'epoch', 'number')
  if not at[1] then return '', 0 end
  redis.call('PEXPIRE', meta, 600000, 'GT')
  if string.sub(at[1], 1, #generation) ~= generation then at[1] = '-' end
  return at[1], tonumber(at[2] or 0)
end
local function shown(version, order)
  local at = redis.call('HMGET', version, 'epoch', 'number')
  if at[1] and string.sub(at[1], 1, #generation) ~= generation then return '-', 0, 0 end
  return at[1] or '', tonumber(at[2] or 0), redis.call('ZCARD', order)
end
local found = {}
for index = 1, #ARGV, 3 do
  local is_kept, epoch, number = pcall(kept, ARGV[index])
  local is_shown, people, change, count = pcall(shown, ARGV[index + 1], ARGV[index + 2])
  found[#found + 1] = {
    is_kept and epoch or '', is_kept and number or 0,
    is_shown and people or '?', is_shown and change or 0, is_shown and count or 0,
  }
end
return found
""",
)
"""How far addresses are, so that a node finds those of which it has missed the last word.

A key of another program costs its own address alone; `?` is for people of whom nothing can be said.
"""

PUT: Final = Script(
    4,
    _STREAM
    + """
local meta, stream, latest, generation = unpack(KEYS)
local channel, deadline, fresh, field, body, life, kind = unpack(ARGV)
if is_late(deadline) then return redis.error_reply('LATE it came too late') end
local epoch, offset = opened(meta, stream, generation, fresh, latest)
local number = redis.call('HINCRBY', meta, 'number', 1)
live(meta, life)
if kind == 'v' then
  redis.call('HSET', latest, field, 'v' .. number .. '\\n' .. body)
else
  redis.call('HDEL', latest, field)
end
note_values(meta, latest)
redis.call('PUBLISH', channel, '1' .. kind .. ' ' .. number .. ' ' .. epoch .. '\\n' .. body)
return {epoch, offset, number}
""",
)
"""A newest value takes the place of the one before, or goes; done twice it is the same."""

VALUES: Final = Script(
    4,
    _STREAM
    + """
local meta, stream, latest, generation = unpack(KEYS)
local fresh, channel, life = unpack(ARGV)
local at = redis.call('HMGET', meta, 'epoch', 'number', 'values')
if at[1] and is_short(latest, at[3]) then
  at[1] = opened(meta, stream, generation, fresh, latest)
  at[2] = redis.call('HINCRBY', meta, 'number', 1)
  live(meta, life)
  redis.call('PUBLISH', channel, '1f ' .. at[2] .. ' ' .. at[1] .. ' 0\\n')
end
return {at[1] or '', tonumber(at[2] or 0), redis.call('HVALS', latest)}
""",
)
"""All of an address. Where some were dropped (`maxmemory-policy`), its epoch ends, which is told."""

CLAIM: Final = Script(
    2,
    CLOCK
    + """
local outcomes, nodes = unpack(KEYS)
local request, digest, node, token, window, most, deadline, now = unpack(ARGV)
if is_late(deadline) then return redis.error_reply('LATE it came too late') end
local real = clock()
now = now == '' and real or tonumber(now)
window, most = tonumber(window), tonumber(most)
local function split(row)
  local state, expires, owner, mark, hash, outcome = string.match(row, '^(%a) (%d+) (%S+) (%S+) (%x*)\\n(.*)$')
  return state, tonumber(expires), owner, mark, hash, outcome
end
local function is_alive(owner)
  local lease = redis.call('ZSCORE', nodes, owner)
  return lease and tonumber(lease) >= real
end
local function is_over(row)
  local state, expires, owner = split(row)
  return expires <= now and not (state == 'o' and is_alive(owner))
end
local row = redis.call('HGET', outcomes, request)
if row and not is_over(row) then
  local state, expires, owner, mark, hash, outcome = split(row)
  if state == 'o' and mark == token then return {'new', '', ''} end
  if state == 'o' and not is_alive(owner) then state = 'a' end
  return {state, hash, outcome}
end
local count = redis.call('HLEN', outcomes)
if not row and (count >= most or (count > 0 and count % 1000 == 0)) then
  local rows = redis.call('HGETALL', outcomes)
  for index = 1, #rows, 2 do
    if is_over(rows[index + 1]) then redis.call('HDEL', outcomes, rows[index]) end
  end
  if redis.call('HLEN', outcomes) >= most then return {'full', '', ''} end
end
local text = string.format('o %.0f %s %s %s\\n', now + window, node, token, digest)
redis.call('HSET', outcomes, request, text)
if redis.call('PTTL', outcomes) < window + 60000 then redis.call('PEXPIRE', outcomes, window + 60000) end
return {'new', '', ''}
""",
)
"""One hash for each owner: its requests by ref, with state, end, node, mark and content."""

SETTLE: Final = Script(
    1,
    EVEN_WHEN_FULL
    + CLOCK
    + """
local request, node, outcome, window, now, state = unpack(ARGV)
local row = redis.call('HGET', KEYS[1], request)
if not row then return 0 end
local owner, mark, digest = string.match(row, '^o %d+ (%S+) (%S+) (%x*)\\n')
if owner ~= node then return 0 end
if state == 'r' then
  redis.call('HDEL', KEYS[1], request)
  return 1
end
now = now == '' and clock() or tonumber(now)
local text = string.format('%s %.0f %s %s %s\\n', state, now + tonumber(window), node, mark, digest)
redis.call('HSET', KEYS[1], request, text .. outcome)
window = tonumber(window) + 60000
if redis.call('PTTL', KEYS[1]) < window then redis.call('PEXPIRE', KEYS[1], window) end
return 1
""",
)
"""Whoever has claimed a request says how it went; a node that was taken for dead is not heard."""
