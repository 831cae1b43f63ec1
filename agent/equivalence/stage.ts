/**
 * What a scenario stands on: the same program runs it under each profile, in a fresh process, and says in one line what the
 * application itself saw. Nothing here is instrumented or instruments.
 */
import { type EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { trace } from "@opentelemetry/api";

export interface Stage {
  /** Starts a server on a free port of loopback; resolves with its origin. It is closed at the end. */
  listen: (server: Server) => Promise<string>;
  /** Called when the scenario is over, last first. */
  atEnd: (close: () => unknown) => void;
}

/** Resolves with what the application saw: it must be the same under every profile. */
export type Scenario = (stage: Stage) => Promise<unknown>;
export type Scenarios = Record<string, Scenario>;

export const SCENARIO = "SCENARIO";

/** The last span of every program: when it has arrived, so has everything before it. */
export const LAST_SPAN = "the scenario is over";

/** What a program says when its scenario is over. */
export interface Said {
  answer: unknown;
  /** Ports of its own servers, in the order in which they were opened. */
  ports: number[];
}

/**
 * Resolves with its end: no connection and no answer is open any more, and whoever listened to their ends has been told, which
 * the server's own event does not say.
 */
function closer(server: Server): () => Promise<void> {
  const ends: Promise<unknown>[] = [];
  // Not `once` of node:events, for which an error would be the end.
  const closed = (emitter: EventEmitter): unknown =>
    ends.push(new Promise((resolve) => emitter.once("close", resolve)));
  server.on("connection", closed);
  server.on("request", (_, response) => closed(response));
  return async () => {
    closed(server);
    server.close();
    server.closeAllConnections();
    await Promise.all(ends);
  };
}

/** Runs one scenario, chosen by the environment; SIGTERM lets the agent flush, as in a pod, and SIGINT ends it. */
export async function play(scenarios: Scenarios): Promise<void> {
  const name = process.env[SCENARIO] ?? "";
  const scenario = scenarios[name];
  if (scenario === undefined) throw new Error(`there is no scenario ${name} here`);
  const ports: number[] = [];
  const closing: (() => unknown)[] = [];
  const stage: Stage = {
    listen: async (server) => {
      closing.push(closer(server));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      ports.push(port);
      return `http://127.0.0.1:${port}`;
    },
    atEnd: (work) => closing.push(work),
  };
  const alive = setInterval(() => undefined, 60_000);
  process.on("SIGTERM", () => undefined);
  process.once("SIGINT", () => clearInterval(alive));
  const answer = await scenario(stage);
  for (const each of closing.toReversed()) await each();
  trace.getTracer("stage").startSpan(LAST_SPAN, { root: true }).end();
  const said: Said = { answer: answer ?? null, ports };
  process.stdout.write(`READY ${JSON.stringify(said)}\n`);
}

/** Sends bytes as they are and resolves with everything that came back until the connection closed. */
export async function raw(origin: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(origin).port), "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  socket.write(text);
  await once(socket, "close");
  return answer;
}

/** A `GET` that asks for the connection to be closed. */
export const get = (path: string, headers: Record<string, string> = {}): string =>
  [
    `GET ${path} HTTP/1.1`,
    "Host: localhost",
    "Connection: close",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    "",
    "",
  ].join("\r\n");

/** The first line of each answer. */
export const statuses = (answer: string): string[] => answer.match(/HTTP\/1\.1 \d+/g) ?? [];

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A server of node:http with this handler, and nothing else; resolves with its origin. */
export const serve = (stage: Stage, handler: Handler): Promise<string> =>
  stage.listen(createServer((request, response) => void handler(request, response)));
