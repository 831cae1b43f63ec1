// A small service that does what the agent records, and tells what it holds and how late its loop is.
const http = require("node:http");
const { monitorEventLoopDelay } = require("node:perf_hooks");
const { getHeapSpaceStatistics } = require("node:v8");
const { trace, metrics } = require("@opentelemetry/api");

const tracer = trace.getTracer("app");
const done = metrics.getMeter("app").createCounter("done");
const delay = monitorEventLoopDelay({ resolution: 1 });

const server = http.createServer((request, response) => {
  tracer.startActiveSpan("answer", (span) => {
    const kind = request.url.length % 7;
    span.setAttribute("kind", kind);
    done.add(1, { kind });
    response.end("ok");
    span.end();
  });
});

/** V8 doubles it with the rate of allocation, up to 48 MB: steps of what is resident, and no leak. */
const young = () =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space").physical_space_size;

const tell = () => {
  // What is held, not what waits to be collected.
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({ rss, settled: rss - young(), heapUsed, delayMs: delay.percentile(99) / 1e6 });
  delay.reset();
};

process.on("message", tell);
process.on("disconnect", () => process.exit());
delay.enable();
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
