/** The logs API (`@opentelemetry/api-logs`): records carry the ids of the span they were written in, sampled or not. */
import type { Context } from "@opentelemetry/api";
import { fromTimeInput, now } from "../core/clock.ts";
import { current, scopeOf } from "../core/context.ts";
import { entriesOf } from "../core/details.ts";
import { exceptionAttributes } from "../core/exception.ts";
import { failed } from "../core/guard.ts";
import { HIDDEN } from "../core/ids.ts";
import type { Span } from "../core/span.ts";
import { silent } from "../core/switch.ts";
import { keep, nameOf, type Value } from "../core/values.ts";
import { keepRecord } from "../logs/records.ts";
import type { Scope } from "../core/scopes.ts";

/** Of the API's LogRecord what is read here; everything may be missing or nonsense. */
interface Given {
  eventName?: unknown;
  timestamp?: unknown;
  severityNumber?: unknown;
  severityText?: unknown;
  body?: unknown;
  attributes?: unknown;
  exception?: unknown;
  context?: Context;
}

const MOST_SEVERE = 24;
let exported = true;

/** Whether log records leave the process at all. */
export function exportLogs(value: boolean): void {
  exported = value;
}

const severityOf = (given: unknown): number =>
  Number.isInteger(given) && (given as number) > 0 && (given as number) <= MOST_SEVERE
    ? (given as number)
    : 0;

function spanOfRecord({ context }: Given): Span | null {
  const span = (context === undefined ? current() : scopeOf(context))?.span ?? null;
  return span === null || (span.flags & HIDDEN) !== 0 ? null : span;
}

function attributesOf({ attributes, exception }: Given): [string, Value][] {
  const own = entriesOf(attributes);
  return exception === undefined
    ? own
    : [...entriesOf(exceptionAttributes(exception as Error)), ...own];
}

function emit(scope: Scope, given: Given): void {
  if (silent || !exported) return;
  try {
    keepRecord(scope, {
      at: fromTimeInput(given.timestamp, now()),
      severity: severityOf(given.severityNumber),
      severityText: nameOf(given.severityText),
      eventName: nameOf(given.eventName),
      body: keep(given.body),
      attributes: attributesOf(given),
      span: spanOfRecord(given),
    });
  } catch (error) {
    failed(error);
  }
}

const loggerProvider = {
  getLogger: (name: unknown, version?: unknown) => {
    const scope = { name: nameOf(name), version: nameOf(version) };
    return {
      emit: (record: Given) => emit(scope, record ?? {}),
      enabled: () => exported && !silent,
    };
  },
};

const KEY = Symbol.for("io.opentelemetry.js.api.logs");
const COMPATIBLE = 1;
const holder = globalThis as unknown as Record<symbol, unknown>;

/** Copies of another version see nothing, which their own no-op then stands in for. */
const ours = (version: number): unknown => (version === COMPATIBLE ? loggerProvider : undefined);

/**
 * An application may register a provider of its own in our place. Its copy of the API only looks whether the place is taken, as it
 * does for every logger too; who is looking stands in the stack alone.
 */
export function registerLogs(): void {
  if (holder[KEY] !== undefined) return;
  Object.defineProperty(holder, KEY, {
    get: () => (new Error("who").stack?.includes("setGlobalLoggerProvider") ? undefined : ours),
    set: (value: unknown) => {
      unregisterLogs();
      holder[KEY] = value;
    },
    enumerable: true,
    configurable: true,
  });
}

export function unregisterLogs(): void {
  if (holder[KEY] === ours) delete holder[KEY];
}
