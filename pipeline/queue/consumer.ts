/**
 * Takes work from Redis streams. A message belongs to the consumer that read it until it is finished; who dies leaves
 * its messages pending, and the others claim what nobody has touched for a while.
 */
import { type Redis } from "ioredis";
import { decode, encode, type Message } from "./message.ts";
import { GROUP, type Scripts, withScripts } from "./scripts.ts";

export interface Depth {
  waiting: number;
  inFlight: number;
  oldestAgeSeconds: number;
}

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
  depth: () => Promise<Depth>;
  close: () => Promise<void>;
}

interface Options {
  /** Shared with all workers. */
  stream: string;
  /** For items that must run in this very process. */
  own: string;
  name: string;
}

interface Side extends Options {
  commands: Redis & Scripts;
  /** A connection of its own: it blocks while it waits. */
  reader: Redis;
}

type Entry = [id: string, fields: string[] | null];

/** The stream of a process that died would stay for ever. */
const ownStreamSeconds = 3600;

export const createConsumer = (
  connections: { commands: Redis; reader: Redis },
  options: Options,
): Consumer => {
  const side = {
    ...options,
    commands: withScripts(connections.commands),
    reader: connections.reader,
  };
  const { commands, reader, stream, own, name } = side;
  return {
    prepare: () => prepare(side),
    read: (count, blockMs) => read(side, count, blockMs),
    claim: (count, idleMs) => claim(side, count, idleMs),
    touch: (messages) => touch(side, messages),
    finish: async (message) => {
      await commands.finishWork(message.stream, GROUP, message.id);
    },
    requeue: async ({ stream: from, id, work, carrier }) => {
      const next = encode({ ...work, attempt: work.attempt + 1 });
      await commands.requeueWork(from, GROUP, id, ...Object.entries(carrier).flat(), ...next);
    },
    depth: () => depth(side),
    close: async () => {
      await commands.leaveWork(stream, GROUP, name).catch(() => undefined);
      await commands.del(own).catch(() => undefined);
      reader.disconnect();
    },
  };
};

const prepare = async ({ commands, stream, own }: Side): Promise<void> => {
  for (const key of [stream, own]) {
    await commands.xgroup("CREATE", key, GROUP, "0", "MKSTREAM").catch((error: Error) => {
      if (!error.message.startsWith("BUSYGROUP")) throw error;
    });
  }
  await commands.expire(own, ownStreamSeconds);
};

/** Unreadable messages are finished at once. */
const decoded = async (
  { commands }: Side,
  from: string,
  entries: readonly Entry[],
): Promise<Message[]> => {
  const messages: Message[] = [];
  for (const [id, fields] of entries) {
    const message = fields ? decode(from, id, fields) : undefined;
    if (message) messages.push(message);
    else await commands.finishWork(from, GROUP, id);
  }
  return messages;
};

const read = async (side: Side, count: number, blockMs: number): Promise<Message[]> => {
  const { reader, stream, own, name } = side;
  const who = ["GROUP", GROUP, name, "COUNT", count, "BLOCK", blockMs] as const;
  const answer = await reader.xreadgroup(...who, "STREAMS", stream, own, ">", ">");
  const found: Message[] = [];
  for (const [from, entries] of (answer ?? []) as [string, Entry[]][]) {
    found.push(...(await decoded(side, from, entries)));
  }
  return found;
};

const claim = async (side: Side, count: number, idleMs: number): Promise<Message[]> => {
  const { commands, stream, name } = side;
  const answer = await commands.xautoclaim(stream, GROUP, name, idleMs, "0", "COUNT", count);
  return decoded(side, stream, answer[1] as Entry[]);
};

const touch = async (
  { commands, stream, own, name }: Side,
  messages: readonly Message[],
): Promise<void> => {
  const ids = messages.filter((message) => message.stream === stream).map(({ id }) => id);
  if (ids.length > 0) await commands.xclaim(stream, GROUP, name, 0, ...ids, "JUSTID");
  await commands.expire(own, ownStreamSeconds);
};

const depth = async ({ commands, stream }: Side): Promise<Depth> => {
  const [length, pending, first, time] = await Promise.all([
    commands.xlen(stream),
    commands.xpending(stream, GROUP),
    commands.xrange(stream, "-", "+", "COUNT", 1),
    commands.time(),
  ]);
  const inFlight = Number(pending[0]);
  const born = Number(first[0]?.[0].split("-")[0] ?? Number.NaN);
  const age = Number(time[0]) - born / 1000;
  return {
    waiting: Math.max(0, length - inFlight),
    inFlight,
    oldestAgeSeconds: Number.isNaN(age) ? 0 : Math.max(0, age),
  };
};
