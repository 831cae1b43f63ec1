/**
 * How every copy of `@opentelemetry/api` 1.x in the process finds us: the registered symbol all of them look under. No copy of
 * the API is bundled; a second one could only disagree with the application's.
 */
import { readFileSync } from "node:fs";
import { registerLogs, unregisterLogs } from "./logger.ts";
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

export const alreadyRegistered = (): boolean =>
  Object.keys(OURS).some((type) => holder[KEY]?.[type] !== undefined);

/**
 * An application may register its own in our place. A copy that registers something assigns the global to itself, looks whether
 * the place is taken, compares versions, and puts it there; a copy that only looks never assigns. So from an assignment to the
 * next look our places are empty and the version is the copy's own; then we see what has become of them.
 *
 * `onRival` is told what the application has registered; all places stay its own.
 */
export function registerApi(onRival: (type: string) => void = () => undefined): void {
  const api: Api = { ...holder[KEY], ...OURS };
  let withdrawn: Api | null = null;
  define(api, "version", { get: () => (withdrawn === null ? VERSION : versionOfCaller()) });
  const settle = (ours: Api): void => {
    withdrawn = null;
    const rival = Object.keys(OURS).find((type) => api[type] !== undefined);
    if (rival === undefined) Object.assign(api, ours);
    else if (Object.keys(ours).length > 0) onRival(rival);
  };
  define(holder, KEY, {
    get: () => {
      if (withdrawn !== null) settle(withdrawn);
      return api;
    },
    set: (value: unknown) => {
      if (value === api) withdrawn = takeOut(api);
      else define(holder, KEY, { value, writable: true });
    },
  });
  registerLogs();
}

const define = (on: object, key: PropertyKey, property: PropertyDescriptor): object =>
  Object.defineProperty(on, key, { enumerable: true, configurable: true, ...property });

/** What of it is still ours. */
function takeOut(api: Api): Api {
  const taken: Api = {};
  for (const [type, ours] of Object.entries(OURS)) {
    if (api[type] !== ours) continue;
    taken[type] = ours;
    delete api[type];
  }
  return taken;
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
  takeOut(api);
  if (Object.keys(api).every((key) => key === "version")) delete holder[KEY];
}
