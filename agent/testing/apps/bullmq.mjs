// One process that adds jobs and processes them.
import http from "node:http";
import { Queue, Worker } from "bullmq";
import { propagation, trace } from "@opentelemetry/api";

const connection = { host: "127.0.0.1", port: Number(process.env.REDIS_PORT) };
const queue = new Queue("items", { connection });
const done = new Map();
const worker = new Worker(
  "items",
  async (job) => {
    trace.getTracer("app").startSpan("inside").end();
    done.get(job.data.key)?.({
      traceId: trace.getActiveSpan()?.spanContext().traceId,
      batch: propagation.getActiveBaggage()?.getEntry("batch.id")?.value ?? null,
    });
    if (job.name === "fails") throw new Error("a secret reason");
  },
  { connection },
);
await worker.waitUntilReady();

const processed = (key) => new Promise((resolve) => done.set(key, resolve));

const routes = {
  "/one": async () => {
    const seen = processed("one");
    await queue.add("word", { key: "one" });
    return seen;
  },
  "/fails": async () => {
    const seen = processed("fails");
    await queue.add("fails", { key: "fails" });
    return seen;
  },
  "/bulk": async () => {
    const seen = [processed("a"), processed("b")];
    await queue.addBulk([
      { name: "word", data: { key: "a" } },
      { name: "word", data: { key: "b" }, opts: { priority: 1 } },
    ]);
    return Promise.all(seen);
  },
};

const server = http.createServer(async (request, response) => {
  response.end(JSON.stringify(await routes[request.url]?.()));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`READY ${server.address().port}\n`));
process.on("SIGTERM", async () => {
  server.close();
  await worker.close();
  await queue.close();
});
