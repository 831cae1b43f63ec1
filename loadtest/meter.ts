/**
 * The meter: a side-car in a shared process namespace that tells how much CPU its neighbours have used.
 *   GET /cpu      nanoseconds since they started, decimal; 500 and a sentence when they cannot be read
 *   GET /healthz
 * METER_PORT (9465), METER_PIDS (only these processes, for places without a namespace of their own).
 */
import { createServer } from "node:http";
import { neighbours, quietReader } from "./schedstat.ts";

const { METER_PORT = "9465", METER_PIDS = "" } = process.env;
const named = METER_PIDS.split(",").filter(Boolean).map(Number);
const quietCpu = quietReader(() => (named.length > 0 ? named : neighbours(process.pid)));

const server = createServer((request, response) => {
  if (request.url === "/healthz") {
    response.end("ok\n");
    return;
  }
  if (request.url !== "/cpu") {
    response.writeHead(404).end("GET /cpu or /healthz\n");
    return;
  }
  quietCpu().then(
    (used) => response.end(String(used)),
    (error: Error) => response.writeHead(500).end(`reading CPU time: ${error.message}\n`),
  );
});
server.keepAliveTimeout = 600_000;
server.listen(Number(METER_PORT), () => console.log(`meter on port ${METER_PORT}`));
process.on("SIGTERM", () => process.exit(0));
