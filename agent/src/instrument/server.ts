/**
 * Incoming HTTP: one Span object per request, entered once.
 *
 * It hangs on a slot of its own per connection, never on the request or response: a new property there changes the object's
 * hidden class on every request, which alone costs more than the span.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { bagFromHeader } from "../core/bag.ts";
import { now } from "../core/clock.ts";
import { current, enter } from "../core/context.ts";
import { Details } from "../core/details.ts";
import { identity, SAMPLED } from "../core/ids.ts";
import { withDetails } from "../core/ring.ts";
import { beginTrace, isWorst, recordsSpans } from "../core/sampling.ts";
import { began, ended, isObserved, keepsDetails } from "../core/shed.ts";
import { adopted, finish, Span } from "../core/span.ts";
import { stats } from "../core/stats.ts";
import { muted, silent } from "../core/switch.ts";
import { parseTraceparent } from "../core/traceparent.ts";
import { validState } from "../core/tracestate.ts";
import { isDrawn } from "../metrics/exemplars.ts";
import { type Entrance, OTHER_ROUTE, Route, type ServerOperation } from "./route.ts";
import { hide } from "./patch.ts";
import { admit, inTrial } from "../trial.ts";

interface Message {
  request: IncomingMessage;
  response: ServerResponse;
  socket: Socket;
}

/** Per connection: the newest open request; older, pipelined ones follow by `next`. */
class Slot implements Entrance {
  open: Span | null = null;
  /** The one request that is not looked at, and since when it is open; its duration is measured all the same. */
  bare: ServerResponse | null = null;
  bareSince = 0;
  bareRoute: Route = OTHER_ROUTE;
  /** Read once: a closed socket has forgotten it. */
  readonly port: number | undefined;
  readonly scheme: "http" | "https";

  constructor(socket: Socket) {
    this.port = socket.localPort;
    this.scheme = "encrypted" in socket ? "https" : "http";
  }
}

const SLOT = Symbol("flashcard-otel.slot");
type Slotted = Socket & { [SLOT]?: Slot };

const ids = identity();

export function onRequest(message: Message): void {
  const { headers } = message.request;
  if (inTrial && !admit(headers)) return;
  if (silent) return;
  const slot = (message.socket as Slotted)[SLOT] ?? newSlot(message.socket);
  // Of pipelined requests the second is looked at: there is one place only, and it is rare.
  if (slot.bare === null && !isObserved(headers["traceparent"])) return openBare(slot, message);
  began();
  const span = open(headers);
  span.response = message.response;
  span.next = slot.open;
  slot.open = span;
  enter(span);
}

function openBare(slot: Slot, { response }: Message): void {
  slot.bare = response;
  slot.bareSince = now();
  slot.bareRoute = OTHER_ROUTE;
  stats.unobserved++;
}

function closeBare(slot: Slot, { request, response }: Message): void {
  slot.bare = null;
  const operation = slot.bareRoute.operation(request.method ?? "", response.statusCode, slot);
  operation.duration.record((now() - slot.bareSince) / 1e3);
}

/** A span under the caller that headers, of a request or of a message, tell of. */
export function open(headers: IncomingHttpHeaders): Span {
  const parent = headers["traceparent"];
  const known = typeof parent === "string" && parseTraceparent(parent, ids);
  if (!known) beginTrace(ids);
  const bag = bagFromHeader(headers["baggage"]);
  // Without spans of our own we must be transparent: a callee's parent is our caller's span.
  const span = known && !recordsSpans ? adopted(ids, bag) : new Span(ids, 0, bag);
  span.start = now();
  if (known) span.state = validState(headers["tracestate"]);
  span.recording = recordsSpans && (span.flags & SAMPLED) !== 0;
  span.route = OTHER_ROUTE;
  return span;
}

function newSlot(socket: Slotted): Slot {
  const slot = new Slot(socket);
  hide(socket, SLOT, slot);
  socket.once("close", () => abandon(slot));
  return slot;
}

export function onResponse(message: Message): void {
  const slot = (message.socket as Slotted)[SLOT];
  if (slot === undefined) return;
  if (slot.bare === message.response) return closeBare(slot, message);
  if (slot.open === null) return;
  const span = take(slot, message.response);
  if (span !== null) complete(span, message, slot);
}

/** Usually the newest; with pipelining the oldest. */
function take(slot: Slot, response: ServerResponse): Span | null {
  let before: Span | null = null;
  for (let span = slot.open; span !== null; span = span.next) {
    if (span.response !== response) {
      before = span;
      continue;
    }
    if (before === null) slot.open = span.next;
    else before.next = span.next;
    return forget(span);
  }
  return null;
}

/** A context that lives on in some timer must not keep the request alive. */
function forget(span: Span): Span {
  ended();
  span.response = null;
  span.next = null;
  return span;
}

function complete(span: Span, { request, response }: Message, slot: Slot): void {
  const route = span.route as Route;
  const operation = route.operation(request.method ?? "", response.statusCode, slot);
  const end = now();
  const seen = span.recording && isDrawn() ? { span, at: end } : null;
  operation.duration.record((end - span.start) / 1e3, 1, seen);
  if (span.recording || isKept(span, response.statusCode, end))
    write(span, operation, { url: urlOf(request), end });
}

/** A request that went wrong is worth its own span, though nothing inside it was recorded and nobody else recorded anything. */
function isKept(span: Span, status: number, end: number): boolean {
  if (!isWorst(status, end - span.start)) return false;
  span.flags |= SAMPLED;
  return true;
}

/** Routers take the prefix that they are mounted on out of `url`, and keep the whole here. */
const urlOf = (request: IncomingMessage & { originalUrl?: string }): string =>
  request.originalUrl ?? request.url ?? "";

function write(
  span: Span,
  operation: ServerOperation,
  { url, end }: { url: string; end: number },
): void {
  if (url === operation.path) return finish(span, operation.withPath, end);
  if (!keepsDetails) return finish(span, operation.withoutPath, end);
  if (span.details !== null) span.details.set("url.path", pathOf(url));
  else if (span.state === "") withDetails(url);
  else (span.details = new Details()).set("url.path", pathOf(url));
  finish(span, operation.withoutPath, end);
}

const pathOf = (url: string): string => {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
};

/** The client went away before the response was finished. */
function abandon(slot: Slot): void {
  if (slot.bare !== null) abandonBare(slot, slot.bare);
  let span = slot.open;
  slot.open = null;
  while (span !== null) {
    const { next } = span;
    const response = span.response as ServerResponse;
    const route = span.route as Route;
    forget(span);
    const { req } = response;
    const operation = route.aborted(
      req.method ?? "",
      response.headersSent ? response.statusCode : 0,
      slot,
    );
    const end = now();
    operation.duration.record((end - span.start) / 1e3);
    if (span.recording) write(span, operation, { url: urlOf(req), end });
    span = next;
  }
}

function abandonBare(slot: Slot, response: ServerResponse): void {
  slot.bare = null;
  const status = response.headersSent ? response.statusCode : 0;
  const operation = slot.bareRoute.aborted(response.req.method ?? "", status, slot);
  operation.duration.record((now() - slot.bareSince) / 1e3);
}

/** `http.route`, from whichever framework knows it. */
const routes = new Map<string, Route>();
const ROUTES = 1000;

/** `socket` is the request's: a request that is not looked at has no context to be found by. */
export function setRoute(pattern: string, socket: Socket | undefined): void {
  const route = routeOf(pattern);
  if (route === undefined) return;
  const slot = (socket as Slotted)?.[SLOT];
  if (slot !== undefined && slot.bare !== null) slot.bareRoute = route;
  if (muted) return;
  const span = current()?.span;
  if (span !== null && span !== undefined && span.response !== null) span.route = route;
}

function routeOf(pattern: string): Route | undefined {
  const known = routes.get(pattern);
  if (known !== undefined || routes.size >= ROUTES) return known;
  const made = new Route(pattern);
  routes.set(pattern, made);
  return made;
}
