// Two workers behind one port; only the primary speaks, so that the order is the same in every run.
const cluster = require("node:cluster");
const http = require("node:http");
const { once } = require("node:events");

async function lead() {
  const workers = [cluster.fork(), cluster.fork()];
  const [[message]] = await Promise.all(workers.map((worker) => once(worker, "message")));
  process.on("SIGTERM", async () => {
    console.log("closing");
    const gone = workers.map((worker) => once(worker, "exit"));
    for (const worker of workers) worker.send("end");
    const ends = await Promise.all(gone);
    console.log("workers ended", ends.map(([code, signal]) => `${code} ${signal}`).join());
  });
  console.log(`READY ${message.port}`);
}

function serve() {
  const server = http.createServer((request, response) => {
    request.resume();
    response.end(request.url);
  });
  server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
  process.on("message", () => server.close(() => process.disconnect()));
}

if (cluster.isPrimary) void lead();
else serve();
