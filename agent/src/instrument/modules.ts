/**
 * Sees every CommonJS module when it has been evaluated and before anybody uses it, whether it was required or imported: Node's
 * ESM loader makes the same modules of CommonJS packages.
 */
import Module from "node:module";
import { failed } from "../core/guard.ts";
import { patchRedis } from "./ioredis.ts";
import { patchClient, patchPool } from "./pg.ts";
import { patchProto } from "./pino.ts";

type Patch = (exports: unknown) => void;

/** By package and file inside it. Inner files, so that every way into the package is covered. */
const PATCHES: Record<string, Patch> = {
  "pg/lib/client.js": patchClient,
  "pg-pool/index.js": patchPool,
  "ioredis/built/Redis.js": patchRedis,
  "ioredis/built/redis/index.js": patchRedis, // ioredis 4
  "pino/lib/proto.js": patchProto,
};

/** Loading one of these means that somebody else traces this process. */
const TRACERS =
  /^(dd-trace|elastic-apm-node|newrelic|applicationinsights|@sentry\/node(-core)?|@opentelemetry\/sdk-trace(-base)?)\//;

interface Loaded {
  filename: unknown;
  exports: unknown;
}

const FOLDER = "/node_modules/";

/** `pg/lib/client.js` for `/app/node_modules/pg/lib/client.js`; pnpm's nested folders included. */
export function inPackage(filename: string): string {
  const unified = filename.includes("\\") ? filename.replaceAll("\\", "/") : filename;
  const at = unified.lastIndexOf(FOLDER);
  return at < 0 ? "" : unified.slice(at + FOLDER.length);
}

function inspect(filename: string, exports: unknown, onTracer: (name: string) => void): void {
  const path = inPackage(filename);
  if (path === "") return;
  PATCHES[path]?.(exports);
  const tracer = TRACERS.exec(path)?.[1];
  if (tracer !== undefined) onTracer(tracer);
}

/**
 * `onTracer` is told, once, before the foreign tracer has had a chance to register.
 *
 * Node sets `loaded` when a module has been evaluated: we learn it by that, as a wrapped `load` would stand in the stack of
 * everything that happens while modules are evaluated, and so in every message about a start that failed.
 */
export function watchModules(onTracer: (name: string) => void): void {
  let tracer = "";
  const once = (name: string): void => {
    if (tracer === "") onTracer(name);
    tracer = name;
  };
  const look = ({ filename, exports }: Loaded): void => {
    try {
      if (typeof filename === "string") inspect(filename, exports, once);
    } catch (error) {
      failed(error);
    }
  };
  whenLoaded((Module as unknown as { prototype: object }).prototype, look);
  for (const loaded of Object.values(require.cache)) if (loaded) look(loaded);
}

/** While it is evaluated, a module inherits `loaded`; from then on it has its own, as always. */
function whenLoaded(prototype: object, look: (module: Loaded) => void): void {
  Object.defineProperty(prototype, "loaded", {
    configurable: true,
    get: () => false,
    set(this: Loaded, value: unknown) {
      if (value !== true) return;
      Object.defineProperty(this, "loaded", {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
      look(this);
    },
  });
}
