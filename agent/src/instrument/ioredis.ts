/**
 * Redis through `ioredis`. Its own tracing channel copies and masks all arguments for every subscriber, so the command's
 * resolve and reject are wrapped instead: two functions per command and nothing else.
 */
import { now } from "../core/clock.ts";
import { current } from "../core/context.ts";
import { failed } from "../core/guard.ts";
import type { Scope } from "../core/span.ts";
import { observesAll } from "../core/shed.ts";
import { muted } from "../core/switch.ts";
import { entered, left } from "../core/timing.ts";
import type { Operation } from "./database.ts";
import { hide, patchMethod } from "./patch.ts";
import { fail, serverOf, succeed, type Address, type RedisServer } from "./redisserver.ts";

interface Command {
  name: string;
  /** Since ioredis 6: written to the connection once already. */
  isTraced?: boolean;
  resolve: (value: unknown) => unknown;
  reject: (error: unknown) => unknown;
}

interface Redis {
  status: string;
  options: Address;
  [SERVER]?: RedisServer;
}

const SERVER = Symbol("flashcard-otel.server");

/** Commands that wait for a connection come by again. Only looked up while that has happened, or where ioredis does not mark them. */
const seen = new WeakSet<Command>();
let anyWaited = false;

function isNew(redis: Redis, command: Command): boolean {
  if (command.isTraced === true) return false;
  if (redis.status === "ready" && command.isTraced === false)
    return !anyWaited || !seen.has(command);
  anyWaited = true;
  if (seen.has(command)) return false;
  seen.add(command);
  return true;
}

function observe(redis: Redis, command: Command): void {
  const scope = current();
  if ((scope === undefined && !observesAll) || !isNew(redis, command)) return;
  if (redis[SERVER] === undefined) hide(redis, SERVER, serverOf(redis.options));
  const server = redis[SERVER] as unknown as RedisServer;
  hook(command, server.operation(command.name), scope);
}

function hook(command: Command, operation: Operation, scope: Scope | undefined): void {
  const { resolve, reject } = command;
  const start = now();
  // A reply that cannot be transformed rejects after it resolved: still one command.
  let open = true;
  command.resolve = (value) => {
    if (open) succeed(operation, scope, start);
    open = false;
    return resolve(value);
  };
  command.reject = (error) => {
    if (open) fail(error, operation, { scope, start });
    open = false;
    return reject(error);
  };
}

export function patchRedis(exports: unknown): void {
  const redis = (exports as { default?: { prototype?: unknown } }).default;
  patchMethod(redis?.prototype, "sendCommand", (original) => {
    return function (this: unknown, command: unknown, stream: unknown): unknown {
      if (!muted) {
        const since = entered();
        try {
          observe(this as Redis, command as Command);
        } catch (error) {
          failed(error);
        }
        left(since);
      }
      return original.call(this, command, stream);
    };
  });
}
