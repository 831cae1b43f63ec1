/** What is asked of one Redis server, by command: the same for every client library. */
import { errorType } from "../core/exception.ts";
import { failed } from "../core/guard.ts";
import type { Scope } from "../core/span.ts";
import { entered, left } from "../core/timing.ts";
import { Operation, type Failure } from "./database.ts";

export interface Address {
  host?: string | undefined;
  port?: number | undefined;
  /** Of a Unix socket. */
  path?: string | undefined;
  db?: number | undefined;
}

type Constants = Record<string, string | number>;

const SYSTEM = { "db.system.name": "redis" };
const COMMANDS = 500;
const SERVERS = 200;

export class RedisServer {
  private readonly constants: Constants;
  private readonly operations = new Map<string, Operation>();
  private other: Operation | null = null;

  constructor(constants: Constants) {
    this.constants = constants;
  }

  operation(command: string): Operation {
    const known = this.operations.get(command);
    if (known !== undefined) return known;
    if (this.operations.size >= COMMANDS)
      return (this.other ??= new Operation("redis", this.constants));
    // As the application wrote it: the convention wants no case of ours.
    const built = new Operation(command, { ...this.constants, "db.operation.name": command });
    this.operations.set(command, built);
    return built;
  }
}

const servers = new Map<string, RedisServer>();
/** All beyond the limit. */
const others = new RedisServer(SYSTEM);

/** The same for all clients of a server: applications make a client where they need one. */
export function serverOf(address: Address): RedisServer {
  const constants = constantsOf(address);
  const key = Object.values(constants).join(" ");
  const known = servers.get(key);
  if (known !== undefined) return known;
  if (servers.size >= SERVERS) return others;
  const made = new RedisServer(constants);
  servers.set(key, made);
  return made;
}

function constantsOf({ host, port, path, db }: Address): Constants {
  const address =
    path === undefined
      ? { "server.address": host ?? "localhost", "server.port": port ?? 6379 }
      : { "server.address": path };
  return { ...SYSTEM, "db.namespace": String(db ?? 0), ...address };
}

export function succeed(operation: Operation, scope: Scope | undefined, start: number): void {
  const since = entered();
  try {
    operation.succeed(scope, start);
  } catch (fault) {
    failed(fault);
  }
  left(since);
}

export function fail(
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
/** How ioredis and redis call an error that the server replied with; both versions of the latter have no name of their own. */
const REPLIED = new Set(["ReplyError", "Error"]);

function failureOf(error: unknown): Failure {
  const type = errorType(error);
  const reply = REPLIED.has(type) ? REPLY.exec((error as Error).message)?.[0] : undefined;
  return reply === undefined ? { type } : { type: reply, reply };
}
