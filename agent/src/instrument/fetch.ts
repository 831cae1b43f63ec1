/** Outgoing calls of undici and the global fetch, by undici's own channels. */
import { errorType } from "../core/exception.ts";
import { current } from "../core/context.ts";
import { observesAll } from "../core/shed.ts";
import { muted } from "../core/switch.ts";
import { Call, complete, type Target } from "./outgoing.ts";
import { traceHeader } from "./headers.ts";

/** undici's internal request; one per call, so the symbol costs little (measured: no gain without it). */
interface Request {
  origin: string | URL;
  method: string;
  path: string;
  /** A flat list since undici 6, one string of lines before. */
  headers: string[] | string;
  addHeader: (name: string, value: string) => void;
  [CALL]?: Call | undefined;
}

const CALL = Symbol("flashcard-otel.call");

export function onCreate({ request }: { request: Request }): void {
  if (muted) return;
  const scope = current();
  if (scope === undefined && !observesAll) return;
  const call = new Call(scope);
  request[CALL] = call;
  inject(request, call);
}

function inject(request: Request, call: Call): void {
  const value = traceHeader(call);
  if (value !== "") setHeader(request, "traceparent", value);
  if (call.scope === undefined) return;
  const { span, bag } = call.scope;
  if (span !== null && span.state !== "") setHeader(request, "tracestate", span.state);
  if (bag === null || bag.header === "" || has(request.headers, "baggage")) return;
  request.addHeader("baggage", bag.header);
}

/** The application may have injected its own context already; two headers would be an invalid one. */
function setHeader(request: Request, name: string, value: string): void {
  const { headers } = request;
  if (Array.isArray(headers)) {
    for (let at = 0; at < headers.length; at += 2) {
      if (isNamed(headers[at] as string, name)) {
        headers[at + 1] = value;
        return;
      }
    }
    headers.push(name, value);
  } else if (!has(headers, name)) request.addHeader(name, value);
}

function has(headers: string[] | string, name: string): boolean {
  if (typeof headers === "string") return headers.toLowerCase().includes(`${name}:`);
  for (let at = 0; at < headers.length; at += 2)
    if (isNamed(headers[at] as string, name)) return true;
  return false;
}

/** undici keeps names as the application wrote them. */
const isNamed = (given: string, name: string): boolean =>
  given.length === name.length && given.toLowerCase() === name;

export function onHeaders({
  request,
  response,
}: {
  request: Request;
  response: { statusCode: number };
}): void {
  const call = request[CALL];
  if (call !== undefined) call.status = response.statusCode;
}

export function onTrailers({ request }: { request: Request }): void {
  end(request);
}

export function onError({ request, error }: { request: Request; error: unknown }): void {
  end(request, errorType(error));
}

function end(request: Request, failure?: string): void {
  const call = request[CALL];
  if (call === undefined) return;
  request[CALL] = undefined;
  const { origin } = request;
  if (typeof origin === "string") complete(call, request as Target, failure);
  else
    complete(call, { origin: origin.origin, method: request.method, path: request.path }, failure);
}
