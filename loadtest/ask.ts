/** Requests in Node, as the load of an experiment that runs without k6. */
import { Agent, request as open } from "node:http";
import { text } from "node:stream/consumers";

/** One connection to each, as long as it lasts; whatever does not answer in time is an error. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const DEADLINE_MS = 10_000;

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Of whoever wants to stop. */
  signal: AbortSignal;
}

export interface Answer {
  status: number;
  body: string;
}

/** The answer, whatever its status. */
export const request = (
  url: string,
  { method = "GET", headers = {}, body, signal }: Asked,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = open(url, { agent, method, headers, signal });
    asked.setTimeout(DEADLINE_MS, () =>
      asked.destroy(new Error(`no answer from ${url} after ${DEADLINE_MS / 1000} s`)),
    );
    asked.on("error", reject);
    asked.on("response", (response) => {
      const { statusCode = 0 } = response;
      text(response).then((said) => resolve({ status: statusCode, body: said }), reject);
    });
    asked.end(body);
  });
