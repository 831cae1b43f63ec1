/**
 * Redis through `ioredis`. Its own tracing channel copies and masks all arguments for every subscriber, so the command's
 * resolve and reject are wrapped instead: two functions per command and nothing else.
 */
import { now } from "../core/clock.ts";
import { current } from "../core/context.ts";
import { errorType } from "../core/exception.ts";
import { failed } from "../core/guard.ts";
import type { Scope } from "../core/span.ts";
import { observesAll } from "../core/shed.ts";
import { muted } from "../core/switch.ts";
import { entered, left } from "../core/timing.ts";
import { Operation, type Failure } from "./database.ts";
import { hide, patchMethod } from "./patch.ts";

interface Command {
  name: string;
  /** Since ioredis 6: written to the connection once already. */
  isTraced?: boolean;
  resolve: (value: unknown) => unknown;
  reject: (error: unknown) => unknown;
}

interface Redis {
  status: string;
  options: { host?: string; port?: number; path?: string; db?: number };
  [SERVER]?: Server;
}

const SERVER = Symbol("flashcard-otel.server");
const COMMANDS = 500;

class Server {
  private readonly constants: Record<string, string | number>;
  private readonly operations = new Map<string, Operation>();

  constructor({ host, port, path, db }: Redis["options"]) {
    const address =
      path === undefined
        ? { "server.address": host ?? "localhost", "server.port": port ?? 6379 }
        : { "server.address": path };
    this.constants = { "db.system.name": "redis", "db.namespace": String(db ?? 0), ...address };
  }

  operation(command: string): Operation {
    const known = this.operations.get(command);
    if (known !== undefined) return known;
    // As the application wrote it: the convention wants no case of ours.
    const built = new Operation(command, { ...this.constants, "db.operation.name": command });
    if (this.operations.size < COMMANDS) this.operations.set(command, built);
    return built;
  }
}

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
  if (redis[SERVER] === undefined) hide(redis, SERVER, new Server(redis.options));
  const server = redis[SERVER] as unknown as Server;
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

function succeed(operation: Operation, scope: Scope | undefined, start: number): void {
  const since = entered();
  try {
    operation.succeed(scope, start);
  } catch (fault) {
    failed(fault);
  }
  left(since);
}

function fail(
  error: unknown,
  operation: Operation,
  { scope, start }: { scope: Scope | undefined; start: number },
): void {
  try {
    operation.fail(scope, start, failureOf(error));
  } catch (fault) {
    failed(fault);
  }
}

/** `WRONGTYPE Operation against a key ...` */
const REPLY = /^[A-Z]{2,32}(?= )/;

function failureOf(error: unknown): Failure {
  const type = errorType(error);
  const reply = type === "ReplyError" ? REPLY.exec((error as Error).message)?.[0] : undefined;
  return reply === undefined ? { type } : { type: reply, reply };
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
