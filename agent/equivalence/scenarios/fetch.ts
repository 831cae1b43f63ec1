/** Calls of fetch and of undici's own client. */
import http from "node:http";
import { trace } from "@opentelemetry/api";
import { request as undiciRequest } from "undici";
import { callee, named, read, REFUSED, UNKNOWN } from "../calls.ts";
import { play, type Scenario } from "../stage.ts";
import { within } from "../within.ts";

const fetchMethods: Scenario = async (stage) => {
  const { origin, heard } = await callee(stage);
  const answers = await within("calls", async () => {
    const found: unknown[] = [];
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
      found.push(await read(`${origin}/200?key=secret#part`, { method }));
    found.push(await read(`${origin}/200`, { method: "POST", body: JSON.stringify({ a: 1 }) }));
    return found;
  });
  return { answers, heard };
};

const fetchStatuses: Scenario = async (stage) => {
  const { origin } = await callee(stage);
  return within("calls", async () => {
    const found: unknown[] = [];
    for (const status of [200, 204, 400, 404, 429, 500, 503])
      found.push(await read(`${origin}/${status}`));
    return found;
  });
};

const fetchRedirects: Scenario = async (stage) => {
  const { origin, heard } = await callee(stage);
  const answers = await within("calls", async () => [
    await read(`${origin}/to/200`),
    await read(`${origin}/to/404`),
    await read(`${origin}/to/200`, { redirect: "manual" }),
    await read(`${origin}/to/200`, { redirect: "error" }),
  ]);
  return { answers, heard };
};

const fetchUnreachable: Scenario = async () =>
  within("calls", async () => [await read(`${REFUSED}/x`), await read(`${UNKNOWN}/x`)]);

const fetchDropped: Scenario = async (stage) => {
  const { origin } = await callee(stage);
  return within("calls", () => read(`${origin}/drop`));
};

const fetchAbortedBefore: Scenario = async (stage) => {
  const { origin, asked } = await callee(stage);
  return within("calls", async () => {
    const control = new AbortController();
    const answer = read(`${origin}/never`, { signal: control.signal });
    await asked;
    control.abort(new DOMException("too slow", "TimeoutError"));
    return answer;
  });
};

const fetchAbortedDuring: Scenario = async (stage) => {
  const { origin } = await callee(stage);
  return within("calls", async () => {
    const control = new AbortController();
    const response = await fetch(`${origin}/half`, { signal: control.signal });
    control.abort();
    return response.text().catch(named);
  });
};

const fetchStreams: Scenario = async (stage) => {
  const server = http.createServer((request, response) => {
    let part = 0;
    request.resume();
    const next = (): void => {
      if (++part > 3) return void response.end();
      response.write(`part ${part};`);
      setImmediate(next);
    };
    next();
  });
  const origin = await stage.listen(server);
  return within("calls", async () => {
    const response = await fetch(`${origin}/stream`);
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array);
    return text;
  });
};

const fetchConcurrent: Scenario = async (stage) => {
  const { origin, heard } = await callee(stage);
  const one = (at: number): Promise<unknown> =>
    within(`caller ${at}`, async () =>
      Promise.all([read(`${origin}/200?n=${at}`), read(`${origin}/201`)]),
    );
  const answers = await Promise.all([1, 2, 3, 4, 5].map(one));
  return { answers, told: heard.every(({ traceparent }) => traceparent) };
};

const retries: Scenario = async (stage) => {
  const { origin } = await callee(stage);
  return within("with retries", async () => {
    const span = trace.getActiveSpan();
    for (const [attempt, status] of [503, 503, 200].entries()) {
      if ((await read(`${origin}/${status}`)) === 200) return attempt;
      span?.addEvent("retry", { attempt });
    }
    return -1;
  });
};

const undiciModule: Scenario = async (stage) => {
  const { origin, heard } = await callee(stage);
  const answers = await within("calls", async () => {
    const { statusCode, body } = await undiciRequest(`${origin}/200?a=b`, {
      method: "POST",
      body: "x",
    });
    return [statusCode, await body.text()];
  });
  return { answers, heard };
};

export const scenarios = {
  fetchMethods,
  fetchStatuses,
  fetchRedirects,
  fetchUnreachable,
  fetchDropped,
  fetchAbortedBefore,
  fetchAbortedDuring,
  fetchStreams,
  fetchConcurrent,
  retries,
  undiciModule,
};

if (import.meta.main) void play(scenarios);
