// Ways in which work goes on later; each answers with the trace it finds itself in and what it was told by baggage.
import http from "node:http";
import { EventEmitter, once } from "node:events";
import { createReadStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AsyncResource } from "node:async_hooks";
import { Worker } from "node:worker_threads";
import { promisify } from "node:util";
import { context, propagation, trace } from "@opentelemetry/api";

const here = () => ({
  traceId: trace.getActiveSpan()?.spanContext().traceId ?? null,
  batch: propagation.getActiveBaggage()?.getEntry("batch.id")?.value ?? null,
});
const later = (start) => new Promise((resolve) => start(() => resolve(here())));
const echo = `
  const { parentPort, workerData } = require("node:worker_threads");
  if (workerData !== null) parentPort.postMessage(workerData);
  parentPort.on("message", (message) => parentPort.postMessage(message));`;
const work = (data) => new Worker(echo, { eval: true, workerData: data });
const shared = work(null);
shared.setMaxListeners(0);
const bus = new EventEmitter();
setInterval(() => bus.emit("tick"), 5).unref();

const ways = {
  timeout: () => later((done) => setTimeout(() => done(), 1)),
  immediate: () => later(setImmediate),
  tick: () => later((done) => process.nextTick(done)),
  microtask: () => later(queueMicrotask),
  interval: () =>
    later((done) => {
      const timer = setInterval(() => {
        clearInterval(timer);
        done();
      }, 1);
    }),
  promisified: () => promisify(setTimeout)(1).then(here),
  stream: async () => {
    let seen;
    const look = new Transform({
      objectMode: true,
      transform: (chunk, _, done) => {
        seen = here();
        done(null, chunk);
      },
    });
    await pipeline(Readable.from(["a", "b"]), look, async (source) => {
      for await (const chunk of source) void chunk;
    });
    return seen;
  },
  file: () =>
    later((done) =>
      createReadStream(import.meta.filename)
        .once("data", done)
        .resume(),
    ),
  emitter: () => once(bus, "tick").then(here),
  bound: () => later((done) => bus.once("tick", AsyncResource.bind(done))),
  boundByApi: () => later((done) => bus.once("tick", context.bind(context.active(), done))),
  worker: async () => {
    const worker = work("hello");
    const seen = await later((done) => worker.once("message", done));
    await worker.terminate();
    return seen;
  },
  sharedWorker: async () => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window.
    shared.postMessage("hello");
    await once(shared, "message");
    return here();
  },
};

const server = http.createServer(async (request, response) => {
  const names = Object.keys(ways);
  const seen = await Promise.all(names.map((name) => ways[name]()));
  response.end(JSON.stringify(Object.fromEntries(names.map((name, at) => [name, seen[at]]))));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`READY ${server.address().port}\n`));
process.on("SIGTERM", () => {
  server.close();
  void shared.terminate();
});
