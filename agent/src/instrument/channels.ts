/**
 * The table of what we listen to. Channels first; patches (modules.ts) only where a library has none that is cheap.
 *
 * Each hook has a guard of its own: a throwing subscriber is an uncaught exception of the application, and one guard shared by
 * all would make the call inside it megamorphic on every request.
 */
import { channel } from "node:diagnostics_channel";
import { failed } from "../core/guard.ts";
import { muted } from "../core/switch.ts";
import * as client from "./client.ts";
import * as fetch from "./fetch.ts";
import * as server from "./server.ts";

interface FastifyMessage {
  route?: { url?: unknown };
}

function onFastify({ route }: FastifyMessage): void {
  if (!muted && typeof route?.url === "string") server.setRoute(route.url);
}

type Hook = (message: unknown) => void;

const HOOKS: Record<string, Hook> = {
  "http.server.request.start": (message) => {
    try {
      server.onRequest(message as never);
    } catch (error) {
      failed(error);
    }
  },
  "http.server.response.finish": (message) => {
    try {
      server.onResponse(message as never);
    } catch (error) {
      failed(error);
    }
  },
  "tracing:fastify.request.handler:start": (message) => {
    try {
      onFastify(message as never);
    } catch (error) {
      failed(error);
    }
  },
  "http.client.request.created": (message) => {
    try {
      client.onCreated(message as never);
    } catch (error) {
      failed(error);
    }
  },
  "http.client.response.finish": (message) => {
    try {
      client.onResponse(message as never);
    } catch (error) {
      failed(error);
    }
  },
  "http.client.request.error": (message) => {
    try {
      client.onError(message as never);
    } catch (error) {
      failed(error);
    }
  },
  "undici:request:create": (message) => {
    try {
      fetch.onCreate(message as never);
    } catch (error) {
      failed(error);
    }
  },
  "undici:request:headers": (message) => {
    try {
      fetch.onHeaders(message as never);
    } catch (error) {
      failed(error);
    }
  },
  "undici:request:trailers": (message) => {
    try {
      fetch.onTrailers(message as never);
    } catch (error) {
      failed(error);
    }
  },
  "undici:request:error": (message) => {
    try {
      fetch.onError(message as never);
    } catch (error) {
      failed(error);
    }
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
