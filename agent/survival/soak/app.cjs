// A small service that does what the agent records, and tells what it holds and how late its loop is.
const http = require("node:http");
const { monitorEventLoopDelay } = require("node:perf_hooks");
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

const tell = () => {
  // What is held, not what waits to be collected.
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({ rss, heapUsed, delayMs: delay.percentile(99) / 1e6 });
  delay.reset();
};

process.on("message", tell);
process.on("disconnect", () => process.exit());
delay.enable();
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
