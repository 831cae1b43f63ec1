/**
 * Sees every CommonJS module when it has been evaluated and before anybody uses it, whether it was required or imported: Node's
 * ESM loader takes CommonJS packages through the same Module.prototype.load.
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

interface Loadable {
  load: (this: { exports: unknown }, filename: string) => void;
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

/** `onTracer` is told before the foreign tracer has had a chance to register. */
export function watchModules(onTracer: (name: string) => void): void {
  const prototype = (Module as unknown as { prototype: Loadable }).prototype;
  const { load } = prototype;
  const look = (filename: string, exports: unknown): void => {
    try {
      inspect(filename, exports, onTracer);
    } catch (error) {
      failed(error);
    }
  };
  prototype.load = function (filename) {
    load.call(this, filename);
    look(filename, this.exports);
  };
  for (const loaded of Object.values(require.cache))
    if (loaded) look(loaded.filename, loaded.exports);
}
