/**
 * The table of what we listen to. Channels first; patches (modules.ts) only where a library has none that is cheap.
 *
 * Each hook has a guard of its own: a throwing subscriber is an uncaught exception of the application, and one guard shared by
 * all would make the call inside it megamorphic on every request.
 */
import { channel } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { failed } from "../core/guard.ts";
import { silent } from "../core/switch.ts";
import { entered, left } from "../core/timing.ts";
import * as client from "./client.ts";
import * as fetch from "./fetch.ts";
import * as server from "./server.ts";

interface FastifyMessage {
  route?: { url?: unknown };
  request?: { raw?: IncomingMessage };
}

function onFastify({ route, request }: FastifyMessage): void {
  if (!silent && typeof route?.url === "string") server.setRoute(route.url, request?.raw?.socket);
}

type Hook = (message: unknown) => void;

const HOOKS: Record<string, Hook> = {
  "http.server.request.start": (message) => {
    const since = entered();
    try {
      server.onRequest(message as never);
    } catch (error) {
      failed(error);
    }
    left(since);
  },
  "http.server.response.finish": (message) => {
    const since = entered();
    try {
      server.onResponse(message as never);
    } catch (error) {
      failed(error);
    }
    left(since);
  },
  "tracing:fastify.request.handler:start": (message) => {
    const since = entered();
    try {
      onFastify(message as never);
    } catch (error) {
      failed(error);
    }
    left(since);
  },
  "http.client.request.created": (message) => {
    const since = entered();
    try {
      client.onCreated(message as never);
    } catch (error) {
      failed(error);
    }
    left(since);
  },
  "http.client.response.finish": (message) => {
    const since = entered();
    try {
      client.onResponse(message as never);
    } catch (error) {
      failed(error);
    }
    left(since);
  },
  "http.client.request.error": (message) => {
    const since = entered();
    try {
      client.onError(message as never);
    } catch (error) {
      failed(error);
    }
    left(since);
  },
  "undici:request:create": (message) => {
    const since = entered();
    try {
      fetch.onCreate(message as never);
    } catch (error) {
      failed(error);
    }
    left(since);
  },
  "undici:request:headers": (message) => {
    const since = entered();
    try {
      fetch.onHeaders(message as never);
    } catch (error) {
      failed(error);
    }
    left(since);
  },
  "undici:request:trailers": (message) => {
    const since = entered();
    try {
      fetch.onTrailers(message as never);
    } catch (error) {
      failed(error);
    }
    left(since);
  },
  "undici:request:error": (message) => {
    const since = entered();
    try {
      fetch.onError(message as never);
    } catch (error) {
      failed(error);
    }
    left(since);
  },
};

/** A channel without a reference could be collected with its subscribers (Node < 18.7). */
const held: unknown[] = [];

export function listen(): void {
  for (const [name, hook] of Object.entries(HOOKS)) {
    const each = channel(name);
    each.subscribe(hook);
    held.push(each);
  }
}
