/** The users of a service under test: the same requests in the same order, and every answer kept. */
import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { Moment } from "./row.ts";
import type { Running } from "./launch.ts";

/** When the fault may strike; both do nothing where there is no agent. */
export interface Turn {
  delivered: () => Promise<void>;
  strike: () => Promise<void>;
}

interface Asked {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

const ROUND: Asked[] = [
  { path: "/plain" },
  { path: "/calls" },
  { path: "/fail" },
  { path: "/echo?x=1", method: "POST", body: "x".repeat(10_000) },
  { path: "/plain", headers: { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` } },
  { path: "/plain", headers: { traceparent: "00-garbage", baggage: "=;,,%zz==", tracestate: "=" } },
];

const ANSWER_MS = 15_000;

/** What one request yields, be it a failure. */
const ask = (port: string, { path, method = "GET", headers = {}, body }: Asked): Promise<string> =>
  new Promise((resolve) => {
    const failed = (error: Error): void => resolve(`${path}: ${error.message}`);
    const signal = AbortSignal.timeout(ANSWER_MS);
    const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: false, signal });
    asked.on("error", failed);
    asked.on("response", (response) => {
      text(response).then((answer) => resolve(`${path}: ${response.statusCode} ${answer}`), failed);
    });
    asked.end(body);
  });

async function round(port: string): Promise<string[]> {
  const answers: string[] = [];
  for (const asked of ROUND) answers.push(await ask(port, asked));
  return answers;
}

/** Three rounds, with the fault where the moment wants it, and SIGTERM at the end. */
export async function visit(running: Running, moment: Moment, turn: Turn): Promise<string[]> {
  const port = await running.ready;
  const answers = await round(port);
  if (moment !== "start") await turn.delivered();
  if (moment === "load") await turn.strike();
  answers.push(...(await round(port)), ...(await round(port)));
  if (moment === "shutdown") await turn.strike();
  running.child.kill("SIGTERM");
  return answers;
}
