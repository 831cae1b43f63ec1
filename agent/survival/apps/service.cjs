// A service that answers until it is told to end, and says what it does.
const http = require("node:http");
const { once } = require("node:events");
const { trace } = require("@opentelemetry/api");

const read = async (stream) => {
  let body = "";
  for await (const chunk of stream) body += chunk;
  return body;
};

const byHttp = async (url) => {
  const [response] = await once(http.get(url, { agent: false }), "response");
  return read(response);
};

const byFetch = async (url) => (await fetch(url, { headers: { connection: "close" } })).text();

const routes = {
  "/plain": async () => "plain",
  "/echo": async (request) => read(request),
  "/calls": async () => {
    const url = `http://127.0.0.1:${server.address().port}/plain`;
    return trace.getTracer("app").startActiveSpan("calls", async (span) => {
      const answers = [await byHttp(url), await byFetch(url)];
      span.end();
      return answers.join(" and ");
    });
  },
  "/fail": async () => {
    throw new Error("planned");
  },
};

const server = http.createServer(async (request, response) => {
  const path = request.url.split("?")[0];
  try {
    response.end(await routes[path](request));
  } catch (error) {
    response.writeHead(500).end(error.message);
  }
  console.log(`${request.method} ${path} ${response.statusCode}`);
});

process.on("SIGTERM", () => {
  console.log("closing");
  server.close(() => console.log("closed"));
  server.closeIdleConnections?.();
});
process.on("exit", (code) => console.log(`exit ${code}`));
server.listen(0, "127.0.0.1", () => console.log(`READY ${server.address().port}`));
