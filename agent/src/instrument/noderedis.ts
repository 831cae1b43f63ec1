/**
 * Redis through `redis` (node-redis 4, 5 and 6). Every command, alone, pipelined or in a transaction, is put into the queue of its
 * connection; that is the one place all versions share. Their tracing channels are newer and copy all arguments.
 */
import { now } from "../core/clock.ts";
import { current } from "../core/context.ts";
import { failed } from "../core/guard.ts";
import { observesAll } from "../core/shed.ts";
import { muted } from "../core/switch.ts";
import type { Operation } from "./database.ts";
import { hide, patchClass, patchMethod } from "./patch.ts";
import { fail, serverOf, succeed, type Address, type RedisServer } from "./redisserver.ts";

interface Queue {
  [SERVER]?: RedisServer;
  [ADDRESS]?: Address;
}

const SERVER = Symbol("flashcard-otel.server");
const ADDRESS = Symbol("flashcard-otel.address");

/** A client makes its queue and then, in the same breath, the socket the queue belongs to. */
let newest: Queue | null = null;

/** `exports` of @redis/client's commands-queue.js. */
export function patchQueue(exports: unknown): void {
  const queue = (exports as { default?: { prototype?: unknown } }).default;
  patchMethod(queue?.prototype, "addCommand", (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      const operation = begin(this as Queue, args[0]);
      if (operation === undefined) return original.apply(this, args);
      const scope = current();
      const start = now();
      const reply = original.apply(this, args) as Promise<unknown>;
      return reply.then(
        (value) => {
          succeed(operation, scope, start);
          return value;
        },
        (error: unknown) => {
          fail(error, operation, { scope, start });
          throw error;
        },
      );
    };
  });
  patchClass(exports, "default", (made) => {
    newest = made;
  });
}

/** `exports` of @redis/client's socket.js; the last argument of its constructor says where to connect. */
export function patchSocket(exports: unknown): void {
  patchClass(exports, "default", (_, args) => {
    if (newest !== null) hide(newest, ADDRESS, { ...(args.at(-1) as Address | undefined) });
    newest = null;
  });
}

function begin(queue: Queue, args: unknown): Operation | undefined {
  if (muted || (current() === undefined && !observesAll)) return undefined;
  try {
    const [command, database] = args as unknown[];
    if (queue[SERVER] === undefined || command === "SELECT") describe(queue, command, database);
    return (queue[SERVER] as unknown as RedisServer).operation(String(command));
  } catch (error) {
    failed(error);
    return undefined;
  }
}

/** Which database a connection is in is only known from what it selects. */
function describe(queue: Queue, command: unknown, database: unknown): void {
  const address = { ...queue[ADDRESS] };
  if (command === "SELECT") address.db = Number(database);
  hide(queue, ADDRESS, address);
  hide(queue, SERVER, serverOf(address));
}
