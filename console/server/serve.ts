/** The console's server: loopback only, every request through the guard, a handful of paths. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openStream, send, sendError, sendJson } from "./answer.ts";
import { type Guard, guard } from "./guard.ts";
import type { Live } from "./live.ts";
import type { Page } from "./page.ts";
import { type Asking, BadRequest, command, type Doors, questions } from "./routes.ts";

export interface Console {
  /** With the token; for one use. */
  url: string;
  port: number;
  stop: () => Promise<void>;
}

export interface Setting {
  /** 0: any that is free. */
  port: number;
  page: Page;
  live: Live;
  doors: Doors;
}

export const serve = async ({ port: wanted, ...setting }: Setting): Promise<Console> => {
  let gate: Guard | undefined;
  const server = createServer((request, response) => {
    if (gate) void handle({ request, response, gate, ...setting });
  }).listen(wanted, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  gate = guard(port);
  return {
    url: `http://127.0.0.1:${port}/?token=${gate.token}`,
    port,
    stop: () => close(server),
  };
};

const close = async (server: Server): Promise<void> => {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
};

interface Exchange extends Omit<Setting, "port"> {
  request: IncomingMessage;
  response: ServerResponse;
  gate: Guard;
}

const handle = async (exchange: Exchange): Promise<void> => {
  const { request, response, gate } = exchange;
  const url = URL.parse(request.url ?? "", "http://console");
  const admission = gate.admit({
    method: request.method ?? "",
    headers: request.headers,
    token: url?.pathname === "/" ? url.searchParams.get("token") : null,
  });
  if (admission.kind === "refused")
    return void send(response, {
      status: admission.status,
      type: "text/plain",
      body: `${admission.why}\n`,
    });
  if (admission.kind === "welcome") return welcome(response, admission.cookie);
  try {
    if (!url) throw new BadRequest("that is no path");
    await answer(url, exchange);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else sendError(response, error);
  }
};

/**
 * A page that goes on to the console, not a redirect: one that began on another site (a link in a web terminal) would stay
 * foreign to the end, and the cookie would not be sent.
 */
const welcome = (response: ServerResponse, cookie: string): void => {
  send(response, {
    type: "text/html",
    body: `<!doctype html><meta charset="utf-8"><title>flashcard-otel</title><link rel="icon" href="data:,"><meta http-equiv="refresh" content="0;url=/">`,
    headers: { "set-cookie": cookie },
  });
};

const answer = async (url: URL, exchange: Exchange): Promise<void> => {
  const { request, response, page, live, doors } = exchange;
  const { method } = request;
  const file = page[url.pathname];
  if (method === "GET" && file) return void send(response, file);
  if (method === "GET" && url.pathname === "/api/live") return stream(response, live);
  if (method === "POST" && url.pathname === "/api/command") {
    const asking = askingOf(new URLSearchParams(await bodyOf(request)), live);
    return sendJson(response, await command(asking, doors));
  }
  const ask = questions[url.pathname.replace("/api/", "")];
  if (method !== "GET" || !ask) return sendJson(response, { error: "there is nothing here" }, 404);
  sendJson(response, await ask(askingOf(url.searchParams, live), doors));
};

const askingOf = (fields: URLSearchParams, live: Live): Asking => {
  const field = (name: string): string => fields.get(name) ?? "";
  const migration = live.find(field("namespace"), field("name"));
  if (!migration)
    throw new BadRequest(`there is no FlashcardTelemetry ${field("namespace")}/${field("name")}`);
  return { migration, field };
};

const MOST_BYTES = 4096;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MOST_BYTES) throw new BadRequest("that is too long for a command");
  }
  return text;
};

/** Shorter than any browser's or proxy's patience with a silent connection. */
const HEARTBEAT_MS = 20_000;

const stream = (response: ServerResponse, live: Live): void => {
  openStream(response);
  const deaf = live.listen(({ event, data }) => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  });
  const heartbeat = setInterval(() => response.write(": still here\n\n"), HEARTBEAT_MS);
  response.once("close", () => {
    clearInterval(heartbeat);
    deaf();
  });
};
