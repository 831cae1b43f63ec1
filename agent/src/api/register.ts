/**
 * How every copy of `@opentelemetry/api` 1.x in the process finds us: the registered symbol all of them look under. No copy of
 * the API is bundled; a second one could only disagree with the application's.
 */
import { registerLogs, unregisterLogs } from "./logger.ts";
import { contextManager } from "./manager.ts";
import { meterProvider } from "./meter.ts";
import { propagator } from "./propagator.ts";
import { tracerProvider } from "./tracer.ts";

const KEY = Symbol.for("opentelemetry.js.api.1");
/** A copy accepts a global whose minor version is not below its own. */
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

export function registerApi(): void {
  holder[KEY] ??= Object.defineProperty({}, "version", { value: VERSION, enumerable: true }) as Api;
  Object.assign(holder[KEY], OURS);
  registerLogs();
}

/** Makes room for a tracer that is about to register itself. */
export function unregisterApi(): void {
  unregisterLogs();
  const api = holder[KEY];
  if (api === undefined) return;
  if (api["version"] === VERSION) {
    delete holder[KEY];
    return;
  }
  for (const [type, ours] of Object.entries(OURS)) if (api[type] === ours) delete api[type];
}
