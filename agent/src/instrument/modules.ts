/**
 * Sees every CommonJS module when it has been evaluated and before anybody uses it, whether it was required or imported: Node's
 * ESM loader makes the same modules of CommonJS packages. Modules that are ESM themselves: imports.ts.
 */
import { readFileSync } from "node:fs";
import Module from "node:module";
import { failed } from "../core/guard.ts";
import * as bullmq from "./bullmq.ts";
import * as cockatiel from "./cockatiel.ts";
import * as express from "./express.ts";
import { watchImports } from "./imports.ts";
import { patchRedis } from "./ioredis.ts";
import * as limiter from "./limiter.ts";
import * as redis from "./noderedis.ts";
import * as openai from "./openai.ts";
import { patchCircuit } from "./opossum.ts";
import { patchClient, patchPool } from "./pg.ts";
import { patchCursor } from "./pgcursor.ts";
import { patchProto } from "./pino.ts";
import { patchLogger } from "./winston.ts";

type Patch = (exports: unknown) => void;

/** By package and file inside it. Inner files, so that every way into the package is covered. */
const PATCHES: Record<string, Patch> = {
  "pg/lib/client.js": patchClient,
  "pg-pool/index.js": patchPool,
  "pg-cursor/index.js": patchCursor,
  "ioredis/built/Redis.js": patchRedis,
  "ioredis/built/redis/index.js": patchRedis, // ioredis 4
  "@redis/client/dist/lib/client/commands-queue.js": redis.patchQueue,
  "@redis/client/dist/lib/client/socket.js": redis.patchSocket,
  "pino/lib/proto.js": patchProto,
  "winston/lib/winston/logger.js": patchLogger,
  "express/lib/router/index.js": express.patchRouter, // express 4
  "express/lib/router/route.js": express.patchRoute, // express 4
  "router/index.js": express.patchRouter,
  "router/lib/route.js": express.patchRoute,
  "bullmq/dist/cjs/classes/queue.js": bullmq.patchQueue,
  "bullmq/dist/cjs/classes/worker.js": bullmq.patchWorker,
  "bullmq/dist/esm/classes/queue.js": bullmq.patchQueue,
  "bullmq/dist/esm/classes/worker.js": bullmq.patchWorker,
  "rate-limiter-flexible/lib/RateLimiterInsuredAbstract.js": limiter.patchLimiter,
  "rate-limiter-flexible/lib/RateLimiterStoreAbstract.js": limiter.patchLimiter,
  "rate-limiter-flexible/lib/RateLimiterMemory.js": limiter.patchLimiter,
  "rate-limiter-flexible/lib/RateLimiterCluster.js": limiter.patchLimiter,
  "rate-limiter-flexible/lib/RateLimiterQueue.js": limiter.patchLimiterQueue,
  "opossum/lib/circuit.js": patchCircuit,
  ...cockatielFiles("cockatiel/dist"),
  ...cockatielFiles("cockatiel/dist/esm"), // cockatiel 3
  ...openaiFiles(".js"),
  ...openaiFiles(".mjs"),
};

function cockatielFiles(folder: string): Record<string, Patch> {
  return {
    [`${folder}/CircuitBreakerPolicy.js`]: cockatiel.patchBreaker,
    [`${folder}/RetryPolicy.js`]: cockatiel.patchRetry,
    [`${folder}/BulkheadPolicy.js`]: cockatiel.patchBulkhead,
    [`${folder}/TimeoutPolicy.js`]: cockatiel.patchTimeout,
  };
}

function openaiFiles(ending: string): Record<string, Patch> {
  return {
    [`openai/resources/chat/completions/completions${ending}`]: openai.patchChat,
    [`openai/resources/chat/completions${ending}`]: openai.patchChat, // openai 4
    [`openai/resources/completions${ending}`]: openai.patchCompletions,
    [`openai/resources/responses/responses${ending}`]: openai.patchResponses,
    [`openai/resources/embeddings${ending}`]: openai.patchEmbeddings,
  };
}

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

const PACKAGE = /^(@[^/]+\/)?[^/]+/;
const INNER = new Set(Object.keys(PATCHES).map((path) => path.replace(PACKAGE, "")));

/** A package may be installed under another name (`npm:express@4`); only its manifest knows the real one. */
function patchOf(filename: string, path: string): Patch | undefined {
  const known = PATCHES[path];
  const inner = path.replace(PACKAGE, "");
  if (known !== undefined || !INNER.has(inner)) return known;
  const manifest = `${filename.slice(0, filename.length - inner.length)}/package.json`;
  const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: string };
  return PATCHES[`${name}${inner}`];
}

function inspect(filename: string, exports: unknown, onTracer: (name: string) => void): void {
  const path = inPackage(filename);
  if (path === "") return;
  patchOf(filename, path)?.(exports);
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
  watchImports(
    (url) => PATCHES[inPackage(url)] !== undefined,
    (filename, exports) => look({ filename, exports }),
  );
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
