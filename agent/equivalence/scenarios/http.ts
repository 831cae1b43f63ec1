/** Calls of node:http. */
import http from "node:http";
import { once } from "node:events";
import { call, callee, REFUSED, UNKNOWN } from "../calls.ts";
import { play, type Scenario } from "../stage.ts";
import { within } from "../within.ts";

const httpForms: Scenario = async (stage) => {
  const { origin, heard } = await callee(stage);
  const { hostname, port } = new URL(origin);
  const answers = await within("calls", async () => [
    await call(`${origin}/200?key=secret`),
    await call(new URL(`${origin}/201`)),
    await call({ host: hostname, port, path: "/202", method: "POST" }),
    await call(new URL(`${origin}/203`), { method: "PUT", headers: { "x-own": "1" } }),
    await call({ hostname: "localhost", port, path: "/200", method: "DELETE", family: 4 }),
    await new Promise((resolve) =>
      http.get(`${origin}/204`, (response) =>
        response.resume().on("end", () => resolve(response.statusCode)),
      ),
    ),
  ]);
  return { answers, heard };
};

const httpStatuses: Scenario = async (stage) => {
  const { origin } = await callee(stage);
  return within("calls", async () => {
    const found: unknown[] = [];
    for (const status of [200, 204, 302, 400, 404, 500])
      found.push(await call(`${origin}/${status}`));
    return found;
  });
};

const httpUnreachable: Scenario = async () =>
  within("calls", async () => [await call(`${REFUSED}/x`), await call(`${UNKNOWN}/x`)]);

const httpDropped: Scenario = async (stage) => {
  const { origin } = await callee(stage);
  return within("calls", () => call(`${origin}/drop`));
};

const httpTimeout: Scenario = async (stage) => {
  const { origin, asked } = await callee(stage);
  return within("calls", async () => {
    const request = http.get(`${origin}/never`);
    request.on("timeout", () => request.destroy(new Error("too slow")));
    await asked;
    request.setTimeout(1);
    const [error] = (await once(request, "error")) as [Error];
    return error.message;
  });
};

const httpAborted: Scenario = async (stage) => {
  const { origin } = await callee(stage);
  return within("calls", async () => {
    const request = http.get(`${origin}/half`);
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    response.once("data", () => request.destroy());
    const [error] = (await once(response, "error")) as [Error];
    return error.message;
  });
};

const httpKeepAlive: Scenario = async (stage) => {
  const { origin } = await callee(stage);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  stage.atEnd(() => agent.destroy());
  return within("calls", () =>
    Promise.all(["/200", "/201", "/202"].map((path) => call(`${origin}${path}`, { agent }))),
  );
};

export const scenarios = {
  httpForms,
  httpStatuses,
  httpUnreachable,
  httpDropped,
  httpTimeout,
  httpAborted,
  httpKeepAlive,
};

if (import.meta.main) void play(scenarios);
