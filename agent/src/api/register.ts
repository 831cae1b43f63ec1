/**
 * How every copy of `@opentelemetry/api` 1.x in the process finds us: the registered symbol all of them look under. No copy of
 * the API is bundled; a second one could only disagree with the application's.
 */
import { registerLogs, unregisterLogs } from "./logger.ts";
import { readFileSync } from "node:fs";
import { contextManager } from "./manager.ts";
import { meterProvider } from "./meter.ts";
import { propagator } from "./propagator.ts";
import { tracerProvider } from "./tracer.ts";

const KEY = Symbol.for("opentelemetry.js.api.1");
/** A copy looks into a global whose minor version is not below its own. */
const VERSION = "1.99.0";

type Api = Record<string, unknown>;
type Holder = Record<symbol, Api | undefined>;
const holder = globalThis as unknown as Holder;

const OURS: Api = {
  trace: tracerProvider,
  context: contextManager,
  propagation: propagator,
  metrics: meterProvider,
};

/**
 * A copy that registers something assigns the global to itself first, looks whether the place is taken, and compares versions;
 * a copy that only looks never assigns. Between the two the place is empty and the version is the copy's own.
 */
let registering = false;

export const alreadyRegistered = (): boolean =>
  Object.keys(OURS).some((type) => holder[KEY]?.[type] !== undefined);

/** `onRival` is told what the application registers in our place; from then on all places are its own. */
export function registerApi(onRival: (type: string) => void = () => undefined): void {
  const api = { ...holder[KEY] };
  define(api, "version", { get: () => (registering ? versionOfCaller() : VERSION) });
  const yieldTo = (type: string): void => {
    for (const each of Object.keys(OURS)) delete api[each];
    onRival(type);
  };
  for (const type of Object.keys(OURS)) offer(api, type, yieldTo);
  define(holder, KEY, {
    get: () => {
      registering = false;
      return api;
    },
    set: (value: unknown) => {
      if (value === api) registering = true;
      else define(holder, KEY, { value, writable: true });
    },
  });
  registerLogs();
}

const define = (on: object, key: PropertyKey, property: PropertyDescriptor): object =>
  Object.defineProperty(on, key, { enumerable: true, configurable: true, ...property });

function offer(api: Api, type: string, yieldTo: (type: string) => void): void {
  const ours = OURS[type];
  define(api, type, {
    get: () => {
      if (!registering) return ours;
      yieldTo(type);
      return undefined;
    },
    set: (value: unknown) => {
      yieldTo(type);
      api[type] = value;
    },
  });
}

/** Versions have to be equal, and a copy tells its own to nobody: it lies beside the code that is asking. */
function versionOfCaller(): string {
  const folder = /(\/[^()\n]*\/node_modules\/@opentelemetry\/api)\//.exec(
    new Error("who").stack ?? "",
  )?.[1];
  try {
    return (JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as { version: string })
      .version;
  } catch {
    return VERSION;
  }
}

/** Makes room for a tracer that is about to register itself. */
export function unregisterApi(): void {
  unregisterLogs();
  const api = holder[KEY];
  if (api === undefined) return;
  for (const [type, ours] of Object.entries(OURS)) if (api[type] === ours) delete api[type];
  if (Object.keys(api).every((key) => key === "version")) delete holder[KEY];
}
