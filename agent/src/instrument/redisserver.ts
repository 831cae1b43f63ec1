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

const COMMANDS = 500;

export class RedisServer {
  private readonly constants: Record<string, string | number>;
  private readonly operations = new Map<string, Operation>();

  constructor({ host, port, path, db }: Address) {
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
