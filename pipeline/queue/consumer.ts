/**
 * Takes work from Redis streams. A message belongs to the consumer that read it until it is finished; who dies leaves
 * its messages pending, and the others claim what nobody has touched for a while.
 */
import { type Redis } from "ioredis";
import { decode, encode, type Message } from "./message.ts";
import { GROUP, withScripts } from "./scripts.ts";

export interface Consumer {
  /** Creates the consumer group; again and again if need be. */
  prepare: () => Promise<void>;
  /** Waits up to `blockMs` for at most `count` new messages. */
  read: (count: number, blockMs: number) => Promise<Message[]>;
  /** Takes over messages that nobody has touched for `idleMs`. */
  claim: (count: number, idleMs: number) => Promise<Message[]>;
  /** Says that the messages are still being worked on. */
  touch: (messages: readonly Message[]) => Promise<void>;
  finish: (message: Message) => Promise<void>;
  /** Puts a message back at the end of the queue, as its next attempt. */
  requeue: (message: Message) => Promise<void>;
  depth: () => Promise<{ waiting: number; inFlight: number; oldestAgeSeconds: number }>;
  close: () => Promise<void>;
}

interface Options {
  /** Shared with all workers. */
  stream: string;
  /** For items that must run in this very process. */
  own: string;
  name: string;
}

type Entry = [id: string, fields: string[] | null];

/** The stream of a process that died would stay for ever. */
const ownStreamSeconds = 3600;

export const createConsumer = (
  connections: { commands: Redis; reader: Redis },
  { stream, own, name }: Options,
): Consumer => {
  const commands = withScripts(connections.commands);
  const { reader } = connections;

  /** Unreadable messages are finished at once. */
  const decoded = async (from: string, entries: readonly Entry[]): Promise<Message[]> => {
    const messages: Message[] = [];
    for (const [id, fields] of entries) {
      const message = fields ? decode(from, id, fields) : undefined;
      if (message) messages.push(message);
      else await commands.finishWork(from, GROUP, id);
    }
    return messages;
  };

  return {
    prepare: async () => {
      for (const key of [stream, own]) {
        await commands.xgroup("CREATE", key, GROUP, "0", "MKSTREAM").catch((error: Error) => {
          if (!error.message.startsWith("BUSYGROUP")) throw error;
        });
      }
      await commands.expire(own, ownStreamSeconds);
    },
    read: async (count, blockMs) => {
      const options = [
        "GROUP",
        GROUP,
        name,
        "COUNT",
        count,
        "BLOCK",
        blockMs,
        "STREAMS",
        stream,
        own,
        ">",
        ">",
      ] as const;
      const answer = (await reader.xreadgroup(...options)) as [string, Entry[]][] | null;
      const found: Message[] = [];
      for (const [from, entries] of answer ?? []) found.push(...(await decoded(from, entries)));
      return found;
    },
    claim: async (count, idleMs) => {
      const answer = (await commands.xautoclaim(
        stream,
        GROUP,
        name,
        idleMs,
        "0",
        "COUNT",
        count,
      )) as [string, Entry[]];
      return decoded(stream, answer[1]);
    },
    touch: async (messages) => {
      const ids = messages.filter((message) => message.stream === stream).map(({ id }) => id);
      if (ids.length > 0) await commands.xclaim(stream, GROUP, name, 0, ...ids, "JUSTID");
      await commands.expire(own, ownStreamSeconds);
    },
    finish: async (message) => {
      await commands.finishWork(message.stream, GROUP, message.id);
    },
    requeue: async ({ stream: from, id, work, carrier }) => {
      const fields = [
        ...Object.entries(carrier).flat(),
        ...encode({ ...work, attempt: work.attempt + 1 }),
      ];
      await commands.requeueWork(from, GROUP, id, ...fields);
    },
    depth: () => depthOf(commands, stream),
    close: async () => {
      await commands.leaveWork(stream, GROUP, name).catch(() => undefined);
      await commands.del(own).catch(() => undefined);
      reader.disconnect();
    },
  };
};

const depthOf = async (
  redis: Redis,
  stream: string,
): Promise<{ waiting: number; inFlight: number; oldestAgeSeconds: number }> => {
  const [length, pending, first, time] = await Promise.all([
    redis.xlen(stream),
    redis.xpending(stream, GROUP) as Promise<[number, ...unknown[]]>,
    redis.xrange(stream, "-", "+", "COUNT", 1),
    redis.time(),
  ]);
  const inFlight = pending[0];
  const born = Number(first[0]?.[0].split("-")[0] ?? Number.NaN);
  const age = Number(time[0]) - born / 1000;
  return {
    waiting: Math.max(0, length - inFlight),
    inFlight,
    oldestAgeSeconds: Number.isNaN(age) ? 0 : Math.max(0, age),
  };
};
