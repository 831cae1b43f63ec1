/** A rig application with the agent in front and a sink behind it, and what one call of it leaves there. */
import { randomBytes } from "node:crypto";
import type { DecodedSpan } from "./otlp.ts";
import { agentFolder, config, run, until, type Running } from "./rig.ts";
import { startSink, type Sink } from "./sink.ts";

export interface Call {
  answer: unknown;
  traceId: string;
  server: DecodedSpan;
  /** All others of the trace. */
  spans: DecodedSpan[];
}

interface Options {
  method?: string;
  headers?: Record<string, string>;
}

export interface Service {
  sink: Sink;
  app: Running;
  ask: (path: string, headers?: Record<string, string>) => Promise<unknown>;
  /** Asks in a trace of its own and waits until `count` spans of it have arrived. */
  call: (path: string, count: number, options?: Options) => Promise<Call>;
  stop: () => Promise<void>;
}

export async function startService(
  name: string,
  env: Record<string, string> = {},
): Promise<Service> {
  const sink = await startSink();
  const folder = await agentFolder(config({ endpoint: sink.endpoint }));
  const app = run(name, folder, env);
  const port = await app.ready;
  const request = async (path: string, options: Options): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${port}${path}`, options)).json();
  return {
    sink,
    app,
    ask: (path, headers = {}) => request(path, { headers }),
    call: async (path, count, options = {}) => {
      const traceId = randomBytes(16).toString("hex");
      const headers = { traceparent: `00-${traceId}-${"1".repeat(16)}-01`, ...options.headers };
      const answer = await request(path, { ...options, headers });
      const all = (): DecodedSpan[] => sink.spans.filter((span) => span.traceId === traceId);
      await until(() => all().length >= count, `${count} spans of ${path}`);
      const server = all().find(({ kind }) => kind === 2);
      if (server === undefined) throw new Error(`${path} left no server span`);
      return { answer, traceId, server, spans: all().filter((span) => span !== server) };
    },
    stop: async () => {
      app.child.kill("SIGTERM");
      await app.ended;
      await sink.close();
      await folder.remove();
    },
  };
}
