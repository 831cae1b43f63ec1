// A CommonJS service, so that `require` is seen as well as `import`.
const Fastify = require("fastify");
const { trace } = require("@opentelemetry/api");

const app = Fastify({ logger: { level: "info" } });
app.get("/items/:id", (request, reply) => {
  trace.getActiveSpan()?.setAttribute("app.id", request.params.id);
  request.log.info("in the handler");
  reply.send({ id: request.params.id });
});
void app.listen({ port: 0, host: "127.0.0.1" }).then(() => {
  process.stdout.write(`READY ${app.server.address().port}\n`);
});
process.on("SIGTERM", () => app.close());
