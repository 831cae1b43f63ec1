/** What a server of node:http can be asked, by clients that behave and clients that do not. */
import http from "node:http";
import { once } from "node:events";
import { connect } from "node:net";
import { context, propagation, SpanStatusCode, trace } from "@opentelemetry/api";
import { get, play, raw, type Scenario, serve, type Stage, statuses } from "../stage.ts";

const send = (method: string, path: string, rest = "\r\n"): string =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${rest}`;

const methods: Scenario = async (stage) => {
  const origin = await serve(stage, (request, response) => response.end(request.method));
  const answers: string[] = [];
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"])
    answers.push(...statuses(await raw(origin, send(method, "/things"))));
  return answers;
};

const unusualMethods: Scenario = async (stage) => {
  const origin = await serve(stage, (_, response) => response.end());
  const answers: string[] = [];
  for (const method of ["PROPFIND", "PURGE", "M-SEARCH"])
    answers.push(...statuses(await raw(origin, send(method, "/things"))));
  return answers;
};

const statusCodes: Scenario = async (stage) => {
  const origin = await serve(stage, (request, response) => {
    response.statusCode = Number(request.url?.slice(1));
    response.end();
  });
  const answers: string[] = [];
  for (const status of [200, 201, 204, 301, 304, 400, 401, 404, 418, 429, 500, 503])
    answers.push(...statuses(await raw(origin, get(`/${status}`))));
  return answers;
};

const queryStrings: Scenario = async (stage) => {
  const origin = await serve(stage, (request, response) => response.end(request.url));
  const answers: string[] = [];
  for (const path of ["/?a=1&b=2", "/path?", "/a%20b/c?q=%C3%A9&sig=secret", "/x?a=b?c=d", "*"])
    answers.push((await raw(origin, get(path))).split("\r\n\r\n")[1] ?? "");
  return answers;
};

const clientHeaders: Scenario = async (stage) => {
  const origin = await serve(stage, (_, response) => response.end());
  const headers = {
    "User-Agent": "scenario/1.0",
    "X-Forwarded-For": "203.0.113.9",
    Host: "shop:8",
  };
  return statuses(await raw(origin, get("/who", headers)));
};

const keepAlive: Scenario = async (stage) => {
  const origin = await serve(stage, (request, response) => response.end(request.url));
  const ask = (path: string, last = false): string =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\n${last ? "Connection: close\r\n" : ""}\r\n`;
  const socket = connect(Number(new URL(origin).port), "127.0.0.1");
  const seen: string[] = [];
  for (const path of ["/one", "/two", "/three"]) {
    socket.write(ask(path, path === "/three"));
    const [chunk] = (await once(socket, "data")) as [Buffer];
    seen.push(...statuses(chunk.toString()));
  }
  await once(socket, "close");
  return seen;
};

/** The first answer is the slowest, so that all four are open at once. */
const pipelining: Scenario = async (stage) => {
  const origin = await serve(stage, (request, response) => {
    const answer = (): unknown => response.end(request.url);
    if (request.url === "/first") setTimeout(answer, 20);
    else answer();
  });
  const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const text = await raw(origin, ["/first", "/second", "/third"].map(ask).join("") + get("/last"));
  return text.match(/\/\w+(?=HTTP|$)/g);
};

const chunked: Scenario = async (stage) => {
  const origin = await serve(stage, async (request, response) => {
    let size = 0;
    for await (const chunk of request) size += (chunk as Buffer).length;
    for (const part of ["size ", String(size)]) response.write(part);
    response.end();
  });
  const body = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
  return statuses(await raw(origin, send("POST", "/upload", body)));
};

const expectContinue: Scenario = async (stage) => {
  const origin = await serve(stage, (request, response) =>
    request.resume().on("end", () => response.end()),
  );
  const body = "Expect: 100-continue\r\nContent-Length: 2\r\n\r\nok";
  return statuses(await raw(origin, send("PUT", "/large", body)));
};

const handlerFails: Scenario = async (stage) => {
  const work = async (): Promise<never> => Promise.reject(new TypeError("planned"));
  const origin = await serve(stage, async (_, response) => {
    await work().catch((error: unknown) => {
      trace.getActiveSpan()?.recordException(error as Error);
      response.writeHead(500).end();
    });
  });
  return statuses(await raw(origin, get("/fails")));
};

const upgrade: Scenario = async (stage) => {
  const server = http.createServer((_, response) => void response.end());
  server.on("upgrade", (_, socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
  const origin = await stage.listen(server);
  const text =
    "GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  return statuses(await raw(origin, text));
};

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CALLER = "b7ad6b7169203331";

/** The application sees the caller's trace, whether it is recorded or not. */
const callers: Scenario = async (stage) => {
  const seen: unknown[] = [];
  const origin = await serve(stage, (_, response) => {
    const at = trace.getActiveSpan()?.spanContext();
    seen.push([at?.traceId === TRACE, at?.traceFlags, at?.traceState?.serialize() ?? null]);
    response.end();
  });
  const call = async (path: string, headers: Record<string, string>): Promise<unknown> =>
    raw(origin, get(path, headers));
  await call("/sampled", { traceparent: `00-${TRACE}-${CALLER}-01`, tracestate: "a=1,b=2" });
  await call("/unsampled", { traceparent: `00-${TRACE}-${CALLER}-00` });
  await call("/later-version", { traceparent: `cc-${TRACE}-${CALLER}-01-what-comes-later` });
  await call("/garbage", { traceparent: "garbage" });
  await call("/zeros", { traceparent: `00-${"0".repeat(32)}-${CALLER}-01` });
  await call("/upper", { traceparent: `00-${TRACE.toUpperCase()}-${CALLER}-01` });
  await call("/forbidden", { traceparent: `ff-${TRACE}-${CALLER}-01` });
  return seen;
};

const withBags = async (stage: Stage, bags: string[]): Promise<unknown[]> => {
  const seen: unknown[] = [];
  const origin = await serve(stage, (_, response) => {
    const entries = propagation.getBaggage(context.active())?.getAllEntries();
    seen.push(entries?.map(([key, { value }]) => [key, value]) ?? null);
    response.end();
  });
  for (const value of bags) await raw(origin, get("/bag", { baggage: value }));
  return seen;
};

const baggage: Scenario = (stage) =>
  withBags(stage, ["batch.id=b%201,other=x", "batch.id=b2;meta=1 , x = y ", "broken", "=,;"]);

const brokenBaggage: Scenario = (stage) => withBags(stage, ["batch.id=%ZZ"]);

const sameSpanLater: Scenario = async (stage) => {
  const seen: boolean[] = [];
  const origin = await serve(stage, async (request, response) => {
    const span = trace.getActiveSpan();
    const same = (): number => seen.push(span !== undefined && trace.getActiveSpan() === span);
    await new Promise((resolve) => setTimeout(resolve, 5));
    same();
    await new Promise(setImmediate);
    same();
    request.resume();
    await once(request, "close");
    same();
    process.nextTick(() => {
      same();
      response.on("finish", same).end();
    });
  });
  await raw(origin, get("/later"));
  return seen;
};

const attributesOfTheServersSpan: Scenario = async (stage) => {
  const origin = await serve(stage, (_, response) => {
    const span = trace.getActiveSpan();
    span
      ?.setAttribute("app.tenant", "seven")
      .updateName("renamed")
      .addEvent("checked", { ok: true });
    span?.setStatus({ code: SpanStatusCode.ERROR, message: "by the application" });
    response.end();
  });
  await raw(origin, get("/own"));
};

const concurrent: Scenario = async (stage) => {
  const origin = await serve(stage, async (request, response) => {
    const span = trace.getTracer("app").startSpan(`work ${request.url}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
    span.end();
    response.end();
  });
  const paths = Array.from({ length: 12 }, (_, at) => `/n${at}`);
  const answers = await Promise.all(paths.map((path) => raw(origin, get(path))));
  return answers.flatMap(statuses);
};

export const scenarios = {
  methods,
  unusualMethods,
  statusCodes,
  queryStrings,
  clientHeaders,
  keepAlive,
  pipelining,
  chunked,
  expectContinue,
  handlerFails,
  upgrade,
  callers,
  baggage,
  brokenBaggage,
  sameSpanLater,
  attributesOfTheServersSpan,
  concurrent,
};

if (import.meta.main) void play(scenarios);
