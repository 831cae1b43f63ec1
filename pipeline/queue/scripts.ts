/** Lua: one round trip per act, and each act happens wholly or not at all. */
import { type Redis } from "ioredis";

export const GROUP = "workers";

/** KEYS stream; ARGV most messages kept (0: all), count of carrier fields, the carrier, then per message: count of fields, the fields. */
const enqueue = `
local carrier = {}
local at = 3
for _ = 1, tonumber(ARGV[2]) do carrier[#carrier + 1] = ARGV[at]; at = at + 1 end
local ids = {}
while at <= #ARGV do
  local fields = {unpack(carrier)}
  local last = at + tonumber(ARGV[at])
  for index = at + 1, last do fields[#fields + 1] = ARGV[index] end
  at = last + 1
  ids[#ids + 1] = redis.call('XADD', KEYS[1], '*', unpack(fields))
end
if tonumber(ARGV[1]) > 0 then redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[1]) end
return ids`;

/** KEYS stream; ARGV group, id. A finished message is removed too, so that the length of the stream is the work left. */
const finish = `
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])`;

/** KEYS stream; ARGV group, id, fields of the message that takes its place at the end of the queue. */
const requeue = `
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('XADD', KEYS[1], '*', unpack(ARGV, 3))
return 1`;

/** KEYS stream; ARGV group, consumer. Deleting a consumer that still has messages would lose them. */
const leave = `
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
return redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])`;

export interface Scripts {
  enqueueWork: (stream: string, ...args: (string | number)[]) => Promise<string[]>;
  finishWork: (stream: string, group: string, id: string) => Promise<number>;
  leaveWork: (stream: string, group: string, consumer: string) => Promise<number>;
  requeueWork: (stream: string, group: string, ...args: string[]) => Promise<number>;
}

export const withScripts = (redis: Redis): Redis & Scripts => {
  redis.defineCommand("enqueueWork", { numberOfKeys: 1, lua: enqueue });
  redis.defineCommand("finishWork", { numberOfKeys: 1, lua: finish });
  redis.defineCommand("requeueWork", { numberOfKeys: 1, lua: requeue });
  redis.defineCommand("leaveWork", { numberOfKeys: 1, lua: leave });
  return redis as Redis & Scripts;
};
