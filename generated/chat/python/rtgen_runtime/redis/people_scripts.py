"""Scripts about who is where: people with the nodes that show them, members counted, and nodes that are gone."""

from typing import Final

from rtgen_runtime.redis.scripts import CLOCK, EVEN_WHEN_FULL, Script

# Of the keys of people one may be dropped (`maxmemory-policy`): names are written again from what people show, and
# where that is gone, nodes are asked to say it once more. The list's versions then begin anew. A list of before Redis
# may have lost something is not gone on with: it may lack who came, have who went, and give numbers already given.
_PEOPLE: Final = (
    CLOCK
    + """
local function is_gone(nodes, node, now)
  local lease = redis.call('ZSCORE', nodes, node)
  return not lease or tonumber(lease) < now
end
local function forget(people, order, version, counts)
  redis.call('DEL', people, order, version)
  for _, name in ipairs(redis.call('HKEYS', counts)) do
    if string.sub(name, 1, 1) == 'p' then redis.call('HDEL', counts, name) end
  end
end
local function mend(people, order, version, counts, generation, channel)
  local now, epoch = redis.call('GET', generation), redis.call('HGET', version, 'epoch')
  if now and epoch and string.sub(epoch, 1, #now) ~= now then
    forget(people, order, version, counts)
    redis.call('PUBLISH', channel, '1a \\n')
    return
  end
  local left, listed = redis.call('HLEN', people), redis.call('ZCARD', order)
  if left == listed then return end
  redis.call('DEL', order, version)
  for _, who in ipairs(redis.call('HKEYS', people)) do redis.call('ZADD', order, 0, who) end
  if left < listed then redis.call('PUBLISH', channel, '1a \\n') end
end
local function put(people, order, who, kept, was)
  local is = kept[#kept]
  if is == nil then
    redis.call('HDEL', people, who)
    redis.call('ZREM', order, who)
    return was ~= nil and 'leave' or nil
  end
  redis.call('HSET', people, who, cmsgpack.pack(kept))
  if was == nil then
    redis.call('ZADD', order, 0, who)
    return 'join'
  end
  return is ~= was and 'update' or nil
end
local function tell(version, order, generation, channel, fresh, delta)
  if #delta.join + #delta.update + #delta.leave == 0 then return end
  redis.call('SET', generation, fresh, 'NX')
  redis.call('HSETNX', version, 'epoch', redis.call('GET', generation) .. fresh)
  local epoch = redis.call('HGET', version, 'epoch')
  local number = redis.call('HINCRBY', version, 'number', 1)
  local count = redis.call('ZCARD', order)
  if count == 0 then redis.call('DEL', version) end
  local body = cmsgpack.pack({delta.join, delta.update, delta.leave})
  redis.call('PUBLISH', channel, '1p ' .. epoch .. ' ' .. number .. ' ' .. count .. '\\n' .. body)
end
"""
)

SHOW: Final = Script(
    7,
    _PEOPLE
    + """
local people, order, version, counts, at, nodes, generation = unpack(KEYS)
local channel, node, fresh, place, deadline, text = unpack(ARGV)
if is_late(deadline) then return redis.error_reply('LATE it came too late') end
mend(people, order, version, counts, generation, channel)
local now, changes, more = clock(), cmsgpack.unpack(text), 0
local delta = {join = {}, update = {}, leave = {}}
for index = 1, #changes, 2 do
  local who, state = changes[index], changes[index + 1]
  local row = redis.call('HGET', people, who)
  local shown, kept = row and cmsgpack.unpack(row) or {}, {}
  for place_ = 1, #shown, 2 do
    local other = shown[place_]
    if other == node then
      more = more - 1
    elseif not state or not is_gone(nodes, other, now) then
      kept[#kept + 1], kept[#kept + 2] = other, shown[place_ + 1]
    end
  end
  if state then
    kept[#kept + 1], kept[#kept + 2] = node, state
    more = more + 1
  end
  local what = put(people, order, who, kept, shown[#shown])
  if what == 'leave' then
    table.insert(delta.leave, who)
  elseif what then
    table.insert(delta[what], {who, kept[#kept]})
  end
end
local was_known = redis.call('HEXISTS', counts, 'p' .. node) == 1
if redis.call('HINCRBY', counts, 'p' .. node, more) > 0 or not was_known then
  redis.call('SADD', at, place)
else
  redis.call('HDEL', counts, 'p' .. node)
  if redis.call('HEXISTS', counts, 'm' .. node) == 0 then redis.call('SREM', at, place) end
end
tell(version, order, generation, channel, fresh, delta)
return 1
""",
)
"""A node says what people show there; whoever was shown last decides what is seen."""

LIST: Final = Script(
    5,
    _PEOPLE
    + """
local people, order, version, counts, generation = unpack(KEYS)
local after, limit, channel = unpack(ARGV)
mend(people, order, version, counts, generation, channel)
local at = redis.call('HMGET', version, 'epoch', 'number')
local count = redis.call('ZCARD', order)
local found = {}
if tonumber(limit) > 0 then
  local from = after == '' and '-' or '(' .. after
  for _, who in ipairs(redis.call('ZRANGEBYLEX', order, from, '+', 'LIMIT', 0, limit)) do
    local row = redis.call('HGET', people, who)
    if row then
      local shown = cmsgpack.unpack(row)
      found[#found + 1] = {who, shown[#shown]}
    end
  end
end
return {at[1] or '', tonumber(at[2] or 0), count, found}
""",
)

COUNT: Final = Script(
    2,
    """
local counts, at = unpack(KEYS)
local channel, node, count, place = unpack(ARGV)
if count == '0' then
  redis.call('HDEL', counts, 'm' .. node)
  if tonumber(redis.call('HGET', counts, 'p' .. node) or 0) <= 0 then
    redis.call('HDEL', counts, 'p' .. node)
    redis.call('SREM', at, place)
  end
else
  redis.call('HSET', counts, 'm' .. node, count)
  redis.call('SADD', at, place)
end
redis.call('PUBLISH', channel, '1c ' .. node .. ' ' .. count .. '\\n')
return 1
""",
)
"""A node says how many members it has at an address."""

REMEMBER: Final = Script(
    1,
    """
local at = KEYS[1]
local node, prefix = ARGV[1], ARGV[2]
local function count(root, members)
  if redis.call('HSETNX', root .. 'counts', 'm' .. node, members) == 1 then
    redis.call('PUBLISH', root .. 'live', '1c ' .. node .. ' ' .. members .. '\\n')
  end
end
for index = 3, #ARGV, 2 do
  redis.call('SADD', at, ARGV[index])
  pcall(count, prefix .. '{' .. ARGV[index] .. '}:', ARGV[index + 1])
end
return 1
""",
)
"""A node says where it has members and how many, in case that was dropped; what is known stays as it is."""

REFRESH: Final = Script(
    2,
    EVEN_WHEN_FULL
    + _PEOPLE
    + """
local nodes, names = unpack(KEYS)
local node, lease, prefix, fresh, most, process = unpack(ARGV)
local now = clock()
local was_gone = is_gone(nodes, node, now)
if not was_gone and (redis.call('HGET', names, node) or process) ~= process then return {2, '', 0, now} end
redis.call('HSET', names, node, process)
redis.call('ZADD', nodes, now + tonumber(lease), node)
local beat = prefix .. 'beat'
local before = redis.call('HMGET', beat, 'last', 'hold')
redis.call('HSET', beat, 'last', now)
if before[1] and now - tonumber(before[1]) > tonumber(lease) / 2 then
  before[2] = now + tonumber(lease)
  redis.call('HSET', beat, 'hold', before[2])
end
if before[2] and tonumber(before[2]) > now then return {was_gone and 1 or 0, '', 0, now} end
local dead = redis.call('ZRANGEBYSCORE', nodes, '-inf', '(' .. now, 'LIMIT', 0, 1)[1]
if not dead then return {was_gone and 1 or 0, '', 0, now} end
local generation = prefix .. 'generation'
local function clear_people(root)
  local people, order = root .. 'people', root .. 'order'
  local delta = {join = {}, update = {}, leave = {}}
  mend(people, order, root .. 'version', root .. 'counts', generation, root .. 'live')
  for _, who in ipairs(redis.call('ZRANGEBYLEX', order, '-', '+')) do
    local row = redis.call('HGET', people, who)
    local shown, kept = row and cmsgpack.unpack(row) or {}, {}
    for index = 1, #shown, 2 do
      if shown[index] ~= dead then
        kept[#kept + 1], kept[#kept + 2] = shown[index], shown[index + 1]
      end
    end
    if #kept < #shown then
      local what = put(people, order, who, kept, shown[#shown])
      if what == 'leave' then
        table.insert(delta.leave, who)
      elseif what then
        table.insert(delta[what], {who, kept[#kept]})
      end
    end
  end
  tell(root .. 'version', order, generation, root .. 'live', fresh, delta)
end
local function clear_count(root)
  redis.call('HDEL', root .. 'counts', 'm' .. dead, 'p' .. dead)
  redis.call('PUBLISH', root .. 'live', '1c ' .. dead .. ' 0\\n')
end
local at = prefix .. 'at:' .. dead
for _, place in ipairs(redis.call('SPOP', at, most)) do
  local root = prefix .. '{' .. place .. '}:'
  pcall(clear_count, root)
  pcall(clear_people, root)
end
local left = redis.call('SCARD', at)
if left == 0 then
  redis.call('ZREM', nodes, dead)
  redis.call('HDEL', names, dead)
end
return {was_gone and 1 or 0, dead, left, now}
""",
)
"""A node lives, and clears up a little after one that does not; 1 where it was taken for dead itself, 2 where another
process lives by its name.

Where no node could say so for long, it was Redis that was away: then all have a lease's time to come back. A key of
another program at one address does not keep the others from being cleared.
"""
