/**
 * Jobs of `bullmq`: a producer span where they are added, a consumer span under it where they are processed. The context travels in
 * the job's options, where BullMQ's own telemetry puts it, so that both understand each other. Who gives BullMQ that telemetry is
 * left to it.
 */
import type { IncomingHttpHeaders } from "node:http";
import { now } from "../core/clock.ts";
import { current, runIn } from "../core/context.ts";
import { errorType } from "../core/exception.ts";
import { failed } from "../core/guard.ts";
import { records } from "../core/sampling.ts";
import { nextChild } from "../core/span.ts";
import { began, ended, isObserved } from "../core/shed.ts";
import { silent } from "../core/switch.ts";
import { traceHeader } from "./headers.ts";
import { Destination, type Sent } from "./messaging.ts";
import { hide, patchMethod } from "./patch.ts";
import { open } from "./server.ts";

interface Queue {
  name: string;
  opts?: { telemetry?: unknown };
  [DESTINATION]?: Destination;
}

interface Options {
  telemetry?: { metadata?: string; omitContext?: boolean };
}

interface Job {
  id?: string;
  opts?: Options;
}

const TOO_MANY = "(too many)";
const DESTINATION = Symbol("flashcard-otel.destination");

const DESTINATIONS = 200;
const destinations = new Map<string, Destination>();

function destinationOf(queue: Queue): Destination {
  if (queue[DESTINATION] === undefined) hide(queue, DESTINATION, named(queue.name));
  return queue[DESTINATION] as unknown as Destination;
}

/** The same for all objects of a queue; those beyond the limit are one. */
function named(name: string): Destination {
  const known = destinations.get(name);
  if (known !== undefined) return known;
  if (destinations.size >= DESTINATIONS && name !== TOO_MANY) return named(TOO_MANY);
  const made = new Destination("bullmq", name);
  destinations.set(name, made);
  return made;
}

const isOurs = (queue: Queue): boolean => !silent && queue.opts?.telemetry === undefined;

function begin(): Sent {
  const scope = current();
  const span = scope?.span ?? null;
  const parent = span !== null && records(span) ? span : null;
  return { scope, root: null, parent, low: parent === null ? 0 : nextChild(parent), start: now() };
}

/** The job's options with the context; the caller's object stays as it is. */
function withContext(options: Options | undefined, metadata: string): Options | undefined {
  const { telemetry } = options ?? {};
  if (metadata === "" || telemetry?.omitContext === true || telemetry?.metadata !== undefined)
    return options;
  return { ...options, telemetry: { ...telemetry, metadata } };
}

function metadataOf(sent: Sent): string {
  if (sent.scope === undefined) return "";
  const { span, bag } = sent.scope;
  const carrier: Record<string, string> = {};
  const header = traceHeader(sent);
  if (header !== "") carrier["traceparent"] = header;
  if (header !== "" && span !== null && span.state !== "") carrier["tracestate"] = span.state;
  if (bag !== null && bag.header !== "") carrier["baggage"] = bag.header;
  return Object.keys(carrier).length === 0 ? "" : JSON.stringify(carrier);
}

type Work = (this: unknown, ...args: unknown[]) => unknown;

/** `exports` of bullmq's classes/queue.js. */
export function patchQueue(exports: unknown): void {
  const { prototype } = (exports as { Queue?: { prototype?: unknown } }).Queue ?? {};
  patchMethod(prototype, "add", (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      if (!isOurs(this as Queue)) return original.apply(this, args);
      const sent = begin();
      const options = withContext(args[2] as Options | undefined, metadataOf(sent));
      return sending(this as Queue, sent, original.call(this, args[0], args[1], options));
    };
  });
  patchMethod(prototype, "addBulk", (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      const [jobs] = args;
      if (!isOurs(this as Queue) || !Array.isArray(jobs)) return original.apply(this, args);
      const sent = begin();
      const metadata = metadataOf(sent);
      const carrying = jobs.map((job: Job) => ({ ...job, opts: withContext(job.opts, metadata) }));
      return sending(this as Queue, sent, original.call(this, carrying));
    };
  });
}

function sending(queue: Queue, sent: Sent, added: unknown): unknown {
  return (added as Promise<unknown>).then(
    (result) => {
      sentTo(queue, sent, { result });
      return result;
    },
    (error: unknown) => {
      sentTo(queue, sent, { error });
      throw error;
    },
  );
}

function sentTo(queue: Queue, sent: Sent, outcome: { result?: unknown; error?: unknown }): void {
  try {
    const destination = destinationOf(queue);
    const { result, error } = outcome;
    if (error !== undefined) destination.sent(sent, { error: errorType(error) });
    else if (Array.isArray(result)) destination.sent(sent, { count: result.length });
    else destination.sent(sent, { id: (result as Job | undefined)?.id });
  } catch (fault) {
    failed(fault);
  }
}

/** What a processor throws to say that the job goes on later. */
const NO_ERRORS = new Set([
  "DelayedError",
  "RateLimitError",
  "WaitingChildrenError",
  "WaitingError",
]);

/** `exports` of bullmq's classes/worker.js; `callProcessJob` runs nothing but the application's processor. */
export function patchWorker(exports: unknown): void {
  const { prototype } = (exports as { Worker?: { prototype?: unknown } }).Worker ?? {};
  patchMethod(prototype, "callProcessJob", (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      if (!isOurs(this as Queue)) return original.apply(this, args);
      return processing(this as Queue, args, original);
    };
  });
}

function processing(worker: Queue, args: unknown[], original: Work): unknown {
  const job = args[0] as Job;
  const carrier = carrierOf(job);
  const start = now();
  const call = (): unknown => original.apply(worker, args);
  const span = isObserved(carrier["traceparent"]) ? open(carrier) : null;
  if (span !== null) began();
  const end = (error?: string): void => {
    if (span !== null) ended();
    try {
      destinationOf(worker).processed({ span, start, id: job.id }, error);
    } catch (fault) {
      failed(fault);
    }
  };
  const succeed = (result: unknown): unknown => {
    end();
    return result;
  };
  const fail = (error: unknown): never => {
    const type = errorType(error);
    end(NO_ERRORS.has(type) ? undefined : type);
    throw error;
  };
  return settled(() => (span === null ? call() : runIn(span, call, [])), succeed, fail);
}

/** A processor need not be asynchronous: BullMQ awaits whatever it returns. */
function settled(
  work: () => unknown,
  succeed: (result: unknown) => unknown,
  fail: (error: unknown) => never,
): unknown {
  let result: unknown;
  try {
    result = work();
  } catch (error) {
    return fail(error);
  }
  const { then } = (result ?? {}) as Partial<Promise<unknown>>;
  return typeof then === "function" ? then.call(result, succeed, fail) : succeed(result);
}

/** Anybody may have written it. */
function carrierOf(job: Job): IncomingHttpHeaders {
  const metadata = job.opts?.telemetry?.metadata;
  if (typeof metadata !== "string") return {};
  try {
    return (JSON.parse(metadata) as IncomingHttpHeaders | null) ?? {};
  } catch {
    return {};
  }
}
