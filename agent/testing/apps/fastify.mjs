/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify awaits its handlers. */
// An ESM service: fastify, manual spans, fetch and node:http to itself, pino lines.
import http from "node:http";
import Fastify from "fastify";
import { trace, context, propagation, metrics } from "@opentelemetry/api";

const app = Fastify({ logger: { level: "info" }, disableRequestLogging: true });
const tracer = trace.getTracer("app");
const counter = metrics.getMeter("app").createCounter("items.done");
let port = 0;

const get = (url) =>
  new Promise((resolve, reject) => {
    http
      .get(url, (response) => {
        let text = "";
        response.on("data", (chunk) => (text += chunk));
        response.on("end", () => resolve(text));
      })
      .on("error", reject);
  });

app.get("/leaf", async (request) => ({
  traceparent: request.headers.traceparent ?? null,
  baggage: request.headers.baggage ?? null,
}));
app.get("/items/:id", async (request) => {
  request.log.info({ id: request.params.id }, "in the handler");
  return tracer.startActiveSpan(
    "business",
    { attributes: { "app.id": request.params.id } },
    async (span) => {
      const byFetch = await (await fetch(`http://127.0.0.1:${port}/leaf?secret=1`)).json();
      const byHttp = JSON.parse(await get(`http://127.0.0.1:${port}/leaf`));
      request.log.info("in the manual span");
      span.addEvent("half way", { percent: 50 });
      span.end();
      counter.add(1, { kind: "test" });
      return { byFetch, byHttp };
    },
  );
});
app.get("/fail", async () => {
  throw new Error("planned");
});
app.get("/unreachable", async () => {
  const codes = [];
  await fetch("http://127.0.0.1:2/x").catch((error) => codes.push(error.cause.code));
  await get("http://127.0.0.1:2/x").catch((error) => codes.push(error.code));
  return { codes };
});
app.get("/carrier", async () => {
  const carrier = {};
  const baggage = propagation.createBaggage({
    "batch.id": { value: "b 1" },
    other: { value: "x" },
  });
  return context.with(propagation.setBaggage(context.active(), baggage), () => {
    propagation.inject(context.active(), carrier);
    const extracted = propagation.extract(context.active(), carrier);
    tracer.startSpan("consumer", {}, extracted).end();
    return carrier;
  });
});
await app.listen({ port: 0, host: "127.0.0.1" });
port = app.server.address().port;
process.stdout.write(`READY ${port}\n`);
process.on("SIGTERM", async () => {
  await app.close();
  process.stdout.write("closed\n");
});
