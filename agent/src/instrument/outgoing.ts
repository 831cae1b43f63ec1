/** What calls to one server have in common: templates and durations by method, status and path. */
import type { Bag } from "../core/bag.ts";
import { identity } from "../core/ids.ts";
import { finish, nextChild, type Scope, Span } from "../core/span.ts";
import { now } from "../core/clock.ts";
import { Details } from "../core/details.ts";
import { whenSettling } from "../core/settle.ts";
import { failed } from "../core/guard.ts";
import { recordChild, withDetails, withExtra } from "../core/ring.ts";
import { CLIENT, register } from "../core/template.ts";
import { clientDuration } from "../metrics/own.ts";
import { beginTrace, records } from "../core/sampling.ts";
import { keepsDetails, weight } from "../core/shed.ts";
import { isDrawn } from "../metrics/exemplars.ts";
import type { Series } from "../metrics/series.ts";
import { knownMethod, originalMethod, spanName } from "./method.ts";

interface Operation {
  template: number;
  duration: Series;
  /** The template lacks `url.full`: too many different paths, each span says its own. */
  pathless: boolean;
}

/** How a call ended. */
interface Outcome {
  /** 0 when no answer came. */
  status: number;
  /** An `error.type`; an answer that breaks off has both. */
  failure: string | undefined;
}

/** What is called. */
export interface Target {
  origin: string;
  method: string;
  path: string;
}

const ids = identity();

function beginning(bag: Bag | null): Span {
  beginTrace(ids);
  return new Span(ids, now(), bag);
}

/** One call that is under way, or over and not yet written. */
export class Call implements Target {
  readonly scope: Scope | undefined;
  /** Where nothing is around the call: the trace begins with it, and the callee belongs to it. */
  readonly root: Span | null;
  /** Null where nothing is recorded; the duration is still measured. */
  readonly parent: Span | null;
  readonly low: number;
  readonly start: number;
  readonly weight: number;
  end: number;
  status: number;
  failure: string | undefined;
  origin: string;
  method: string;
  path: string;

  constructor(scope: Scope | undefined) {
    this.scope = scope;
    const span = scope?.span ?? null;
    this.root = span === null ? beginning(scope?.bag ?? null) : null;
    this.parent = span !== null && records(span) ? span : null;
    this.low = this.parent === null ? 0 : nextChild(this.parent);
    this.start = now();
    this.weight = weight;
    this.end = 0;
    this.status = 0;
    this.failure = undefined;
    this.origin = "";
    this.method = "";
    this.path = "";
  }
}

const SERVERS = 200;
const PATHS = 50;
const OPERATIONS = 500;
const URL_LIMIT = 1024;

class Server {
  private readonly origin: string;
  private readonly paths = new Set<string>();
  private readonly most: number;
  private readonly operations = new Map<string, Operation>();
  private readonly constants: Record<string, string | number>;

  constructor(origin: string, most = PATHS) {
    this.origin = origin;
    this.most = most;
    this.constants = addressOf(origin);
  }

  operation(method: string, path: string, outcome: Outcome): Operation {
    if (!this.paths.has(path) && this.paths.size < this.most) this.paths.add(path);
    const pathless = !this.paths.has(path);
    const key = `${method} ${outcome.status} ${outcome.failure} ${pathless ? "" : path}`;
    const known = this.operations.get(key);
    if (known !== undefined) return known;
    if (this.operations.size >= OPERATIONS) return this.rest(outcome);
    const built = this.build(method, pathless ? undefined : path, outcome);
    this.operations.set(key, built);
    return built;
  }

  /** All beyond the limit: they differ in their outcome only. */
  private rest({ status, failure }: Outcome): Operation {
    const error = failure !== undefined || status >= 400 ? "_OTHER" : undefined;
    const key = `rest ${error}`;
    const known = this.operations.get(key);
    if (known !== undefined) return known;
    const built = this.build("", undefined, { status: 0, failure: error });
    this.operations.set(key, built);
    return built;
  }

  private build(given: string, path: string | undefined, { status, failure }: Outcome): Operation {
    const error = failure ?? (status >= 400 ? String(status) : undefined);
    const shared = {
      "http.request.method": knownMethod(given),
      ...this.constants,
      ...(status === 0 ? {} : { "http.response.status_code": status }),
      ...(error === undefined ? {} : { "error.type": error }),
    };
    const url = path === undefined ? undefined : fullUrl(this.origin, path);
    const attributes = {
      ...shared,
      "http.request.method_original": originalMethod(given),
      "url.full": url,
    };
    return {
      template: register({
        name: spanName(given),
        kind: CLIENT,
        error: error !== undefined,
        attributes,
      }),
      duration: clientDuration.series(shared),
      pathless: path === undefined,
    };
  }
}

function addressOf(origin: string): Record<string, string | number> {
  const url = parsed(origin);
  if (url === undefined) return {};
  return {
    "server.address": url.hostname,
    "server.port": Number(url.port) || (url.protocol === "https:" ? 443 : 80),
  };
}

/** Undefined where it is no URL. Not `URL.canParse`, which Node has since 18.17. */
export function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Without the query: it carries keys and personal data more often than meaning. */
const fullUrl = (origin: string, path: string): string => `${origin}${path}`.slice(0, URL_LIMIT);

const servers = new Map<string, Server>();
/** All beyond the limit: each span says its own URL. */
const others = new Server("", 0);
let last: Operation | null = null;
let lastOrigin = "";
let lastMethod = "";
let lastPath = "";
let lastStatus = 0;
let lastFailure: string | undefined;

function operationOf(call: Call): Operation | null {
  const { origin, method, path, status, failure } = call;
  if (
    path === lastPath &&
    status === lastStatus &&
    failure === lastFailure &&
    origin === lastOrigin &&
    method === lastMethod
  )
    return last;
  let server = servers.get(origin);
  if (server === undefined) {
    server = servers.size < SERVERS ? new Server(origin) : others;
    if (server !== others) servers.set(origin, server);
  }
  const query = path.indexOf("?");
  last = server.operation(method, query < 0 ? path : path.slice(0, query), call);
  lastOrigin = origin;
  lastMethod = method;
  lastPath = path;
  lastStatus = status;
  lastFailure = failure;
  return last;
}

/** Calls that are over and not yet written: which operation they were is found out later, for all of them at once. */
const finished: Call[] = [];
const MOST = 64;

/** `failure` is an `error.type`; without it the status decides. */
export function complete(call: Call, target: Target, failure?: string): void {
  call.end = now();
  // Not the target itself: it is a request, with its body.
  call.origin = target.origin;
  call.method = target.method;
  call.path = target.path;
  call.failure = failure;
  if (finished.push(call) === MOST) writeFinished();
}

function writeFinished(): void {
  for (const call of finished.splice(0)) writeOne(call);
}
whenSettling(writeFinished);

/** Whatever it is about this one, the others are written. */
function writeOne(call: Call): void {
  try {
    write(call);
  } catch (error) {
    failed(error);
  }
}

function write(call: Call): void {
  const operation = operationOf(call);
  if (operation === null) return;
  const { parent, scope, root, low, start, end } = call;
  const seen = parent !== null && isDrawn() ? { span: parent, at: end } : null;
  operation.duration.record((end - start) / 1e3, call.weight, seen);
  if (root !== null) return writeRoot(root, operation, call);
  if (parent === null || scope === undefined) return;
  if (scope.bag !== null && scope.bag.attributes !== null) withExtra(scope.bag.attributes);
  if (operation.pathless && keepsDetails) withDetails(urlDetails(call));
  recordChild(operation.template, parent, low, start, end);
}

function writeRoot(root: Span, { template, pathless }: Operation, call: Call): void {
  if (!records(root)) return;
  if (pathless) root.details = urlDetails(call);
  finish(root, template, call.end);
}

function urlDetails({ origin, path }: Target): Details {
  const details = new Details();
  const query = path.indexOf("?");
  details.set("url.full", fullUrl(origin, query < 0 ? path : path.slice(0, query)));
  return details;
}
