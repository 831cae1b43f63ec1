/** Cursors and streams of `pg`: one span from the statement to its last row, and callbacks in the context that asked for rows. */
import { now } from "../core/clock.ts";
import { current, runIn } from "../core/context.ts";
import { failed } from "../core/guard.ts";
import { muted } from "../core/switch.ts";
import { hide, patchMethod } from "./patch.ts";
import { databaseOf, failureOf, type Client } from "./statements.ts";

type Handler = (this: unknown, ...args: unknown[]) => unknown;

/** What pg calls back itself, as its protocol goes on; a stream carries its cursor inside. */
interface Submittable {
  text?: unknown;
  cursor?: { text?: unknown };
  handleReadyForQuery?: Handler;
  handleError?: Handler;
}

/** Watches something with a `submit` of its own that is given to Client.query. */
export function observeCursor(client: Client, cursor: Submittable): void {
  const text = cursor.text ?? cursor.cursor?.text;
  if (muted || typeof text !== "string") return;
  try {
    const { operation } = databaseOf(client).query(text);
    const scope = current();
    const start = now();
    let open = true;
    const once = (write: () => void): void => {
      if (open) write();
      open = false;
    };
    before(cursor, "handleReadyForQuery", () => once(() => operation.succeed(scope, start)));
    before(cursor, "handleError", (error) =>
      once(() => operation.fail(scope, start, failureOf(error))),
    );
  } catch (error) {
    failed(error);
  }
}

function before(
  cursor: Submittable,
  name: "handleReadyForQuery" | "handleError",
  look: (argument: unknown) => void,
): void {
  const { [name]: original } = cursor;
  if (typeof original !== "function") return;
  const watched: Handler = function (...args) {
    try {
      look(args[0]);
    } catch (error) {
      failed(error);
    }
    return original.apply(this, args);
  };
  hide(cursor, name, watched);
}

/** `exports` of pg-cursor/index.js; rows arrive in the context in which the connection was made. */
export function patchCursor(exports: unknown): void {
  const { prototype } = exports as { prototype?: unknown };
  for (const name of ["read", "close"])
    patchMethod(prototype, name, (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        const scope = muted ? undefined : current();
        const last = args.length - 1;
        const callback = args[last];
        if (scope !== undefined && typeof callback === "function")
          args[last] = (...given: unknown[]) => runIn(scope, callback as Handler, given);
        return original.apply(this, args);
      };
    });
}
