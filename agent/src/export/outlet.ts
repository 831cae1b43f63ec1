/** Where the requests of each signal go: to the collector, to the console, or to both. */
import { stats } from "../core/stats.ts";
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

const print = guarded(({ path, parts }: Post): void => {
  const lines = linesOf(path, Buffer.concat(parts));
  if (lines.length > 0) write(`${lines.join("\n")}\n`);
});

/** As it was: an application may take it away. */
const { process } = globalThis;
/** A reader that is slow must not make memory grow. */
const MOST_WAITING = 1 << 20;

let pending = 0;
const ignore = (): void => undefined;

/** A stdout that is closed or full must not become an uncaught exception of the application; once it has failed it is dead, and stays heard. */
function write(text: string): void {
  const { stdout } = process;
  if (stdout.destroyed) return;
  if (stdout.writableLength > MOST_WAITING) {
    stats.droppedPosts++;
    return;
  }
  if (pending++ === 0) stdout.on("error", ignore);
  stdout.write(text, (error) => {
    if (!error && --pending === 0) stdout.off("error", ignore);
  });
}
