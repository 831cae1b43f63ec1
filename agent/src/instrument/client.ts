/** Outgoing calls of node:http and node:https. The channels exist since Node 22.12; before, these calls stay unseen. */
import type { ClientRequest, IncomingMessage } from "node:http";
import { current } from "../core/context.ts";
import { errorType } from "../core/exception.ts";
import { observesAll } from "../core/shed.ts";
import { muted } from "../core/switch.ts";
import { Call, complete, parsed } from "./outgoing.ts";
import { traceHeader } from "./headers.ts";

/** Not a property: applications print their requests. */
const calls = new WeakMap<ClientRequest, Call>();

export function onCreated({ request }: { request: ClientRequest }): void {
  if (muted) return;
  const scope = current();
  if (scope === undefined && !observesAll) return;
  const call = new Call(scope);
  calls.set(request, call);
  // Headers given as a list are written in the constructor already: too late, and not ours to rewrite.
  if (!request.headersSent) inject(request, call);
}

function inject(request: ClientRequest, call: Call): void {
  const value = traceHeader(call);
  if (value !== "") request.setHeader("traceparent", value);
  if (call.scope === undefined) return;
  const { span, bag } = call.scope;
  if (span !== null && span.state !== "") request.setHeader("tracestate", span.state);
  if (bag === null || bag.header === "" || request.hasHeader("baggage")) return;
  request.setHeader("baggage", bag.header);
}

export function onResponse({
  request,
  response,
}: {
  request: ClientRequest;
  response: IncomingMessage;
}): void {
  const call = calls.get(request);
  if (call === undefined) return;
  call.status = response.statusCode ?? 0;
  response.once("close", () => end(request, response.complete ? undefined : "aborted"));
}

export function onError({ request, error }: { request: ClientRequest; error: unknown }): void {
  end(request, errorType(error));
}

function end(request: ClientRequest, failure?: string): void {
  const call = calls.get(request);
  if (call === undefined) return;
  calls.delete(request);
  complete(
    call,
    { origin: originOf(request), method: request.method, path: request.path },
    failure,
  );
}

function originOf(request: ClientRequest): string {
  const host = request.getHeader("host");
  return `${request.protocol}//${isHost(host) ? host : bracketed(request.host)}`;
}

const HOSTS = 200;
const hosts = new Set<string>();

/** The header is the application's: what is no host tells nothing of where the call went. */
function isHost(header: unknown): header is string {
  if (typeof header !== "string") return false;
  if (hosts.has(header)) return true;
  if (parsed(`http://${header}`) === undefined) return false;
  if (hosts.size < HOSTS) hosts.add(header);
  return true;
}

/** An IPv6 address within a URL. */
const bracketed = (host: string): string =>
  host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
