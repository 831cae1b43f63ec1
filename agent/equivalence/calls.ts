/** Calls to a server that answers as it is told in the path, and hears what it was told by the caller. */
import http from "node:http";
import type { Stage } from "./stage.ts";

interface Heard {
  method: string | undefined;
  url: string | undefined;
  /** The caller's trace, and whether a span of it is the parent. */
  traceparent: boolean;
  baggage: string | undefined;
}

interface Callee {
  origin: string;
  heard: Heard[];
  /** The first request is there. On a busy machine a time-out alone might come before it. */
  asked: Promise<void>;
}

/** Answers with the status in its path; hears what it was told. */
export const callee = async (stage: Stage): Promise<Callee> => {
  const heard: Heard[] = [];
  const asked = Promise.withResolvers<void>();
  const server = http.createServer((request, response) => {
    const { headers, method, url } = request;
    const traceparent = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(String(headers["traceparent"]));
    heard.push({ method, url, traceparent, baggage: headers["baggage"] as string | undefined });
    asked.resolve();
    answer(request, response);
  });
  return { origin: await stage.listen(server), heard, asked: asked.promise };
};

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  const [, word = "", to = ""] = (request.url ?? "").split(/[/?]/);
  request.resume();
  if (word === "drop") request.socket.destroy();
  else if (word === "never") return;
  else if (word === "half") response.writeHead(200, { "content-length": 100 }).write("half");
  else if (word === "to") response.writeHead(302, { location: `/${to}` }).end();
  else request.on("end", () => response.writeHead(Number(word) || 200).end("body"));
}

export const named = (error: unknown): unknown => {
  const { name, code, cause } = error as Error & { code?: unknown; cause?: { code?: unknown } };
  return [name, code ?? cause?.code ?? null];
};

/** One call of fetch, to its end: the status, or what went wrong. */
export const read = async (url: string, init?: RequestInit): Promise<unknown> => {
  try {
    const response = await fetch(url, init);
    await response.text();
    return response.status;
  } catch (error) {
    return named(error);
  }
};

/** One call of node:http, to its end. */
export const call = (
  ...args: [string | URL | http.RequestOptions, http.RequestOptions?]
): Promise<unknown> =>
  new Promise((resolve) => {
    const [first, second] = args;
    const request = second === undefined ? http.request(first) : http.request(first as URL, second);
    request.on("error", (error) => resolve(named(error)));
    request.on("response", (response) => {
      response.on("error", (error) => resolve(named(error)));
      response.resume().on("end", () => resolve(response.statusCode));
    });
    request.end();
  });

export const REFUSED = "http://127.0.0.1:2";
export const UNKNOWN = "http://does-not-exist.invalid";
