// node:http alone: routes unknown, slow and broken answers.
import http from "node:http";
import { trace } from "@opentelemetry/api";

const server = http.createServer((request, response) => {
  const span = trace.getActiveSpan();
  if (request.url === "/slow") {
    setTimeout(() => response.end("slow"), 5000).unref();
    return;
  }
  if (request.url === "/begun") {
    response.write("some");
    return;
  }
  if (request.url === "/500") response.statusCode = 500;
  setTimeout(
    () => {
      response.end(
        JSON.stringify({
          same: trace.getActiveSpan() === span,
          traceId: span?.spanContext().traceId ?? null,
          url: request.url,
        }),
      );
    },
    request.url === "/later" ? 50 : 0,
  );
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`READY ${server.address().port}\n`));
process.on("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
