// A Fastify service with the usual plugin for Prometheus.
import Fastify from "fastify";
import metrics from "fastify-metrics";

const app = Fastify();
await app.register(metrics, { endpoint: "/metrics" });
app.get("/items", async () => []);
app.get("/orders", async () => []);
app.post("/orders", async (_request, reply) => reply.status(201).send({}));
app.get("/broken", async (_request, reply) => reply.status(500).send({}));
await app.listen({ port: 0, host: "127.0.0.1" });
console.log(`READY ${app.server.address().port}`);
