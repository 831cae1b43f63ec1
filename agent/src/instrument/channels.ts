/** The table of what we listen to. Channels first; patches (modules.ts) only where a library has none that is cheap. */
import { subscribe } from "node:diagnostics_channel";
import { guarded } from "../core/guard.ts";
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

const SUBSCRIPTIONS: [string, (message: unknown) => void][] = [
  ["http.server.request.start", guarded(server.onRequest)],
  ["http.server.response.finish", guarded(server.onResponse)],
  ["tracing:fastify.request.handler:start", guarded(onFastify)],
  ["http.client.request.created", guarded(client.onCreated)],
  ["http.client.response.finish", guarded(client.onResponse)],
  ["http.client.request.error", guarded(client.onError)],
  ["undici:request:create", guarded(fetch.onCreate)],
  ["undici:request:headers", guarded(fetch.onHeaders)],
  ["undici:request:trailers", guarded(fetch.onTrailers)],
  ["undici:request:error", guarded(fetch.onError)],
];

export function listen(): void {
  for (const [name, hook] of SUBSCRIPTIONS) subscribe(name, hook);
}
