/** Where the requests of each signal go: to the collector, to the console, or to both. */
import { Console } from "node:console";
import { guarded } from "../core/timers.ts";
import type { Connection, Post } from "./connection.ts";
import { linesOf } from "./lines.ts";

/** What OTEL_{TRACES,METRICS,LOGS}_EXPORTER asked for. */
export interface Exporters {
  otlp: boolean;
  console: boolean;
}

export type Outlet = Pick<Connection, "post">;

/** By path. The connection itself where nobody asked for a console. */
export function outletOf(connection: Outlet, exporters: Record<string, Exporters>): Outlet {
  if (!Object.values(exporters).some(({ console }) => console)) return connection;
  return {
    post: (post) => {
      const { otlp = true, console = false } = exporters[post.path] ?? {};
      if (console) print(post);
      if (otlp) return connection.post(post);
      post.done(true);
      return true;
    },
  };
}

let stdout: Console | undefined;

/** A console of our own: the application's is patched, and a stdout that is closed must not become its uncaught exception. */
const print = guarded(({ path, parts }: Post): void => {
  stdout ??= new Console({ stdout: process.stdout, ignoreErrors: true });
  for (const line of linesOf(path, Buffer.concat(parts))) stdout.log(line);
});
