// What a service has that only switched on prom-client's default metrics.
import http from "node:http";
import { collectDefaultMetrics, register } from "prom-client";

collectDefaultMetrics();
const server = http.createServer((request, response) => {
  if (request.url === "/metrics") void register.metrics().then((text) => response.end(text));
  else response.end("{}");
});
server.listen(0, "127.0.0.1", () => console.log(`READY ${server.address().port}`));
