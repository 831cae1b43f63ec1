// A bit of everything that the agent hooks, printed, ending by itself.
const http = require("node:http");
const { once } = require("node:events");
const { AsyncLocalStorage } = require("node:async_hooks");
const { trace, metrics, context, propagation } = require("@opentelemetry/api");

const store = new AsyncLocalStorage();
const tracer = trace.getTracer("app");
const counter = metrics.getMeter("app").createCounter("done");

const read = async (stream) => {
  let body = "";
  for await (const chunk of stream) body += chunk;
  return body;
};

const answer = (request, response) => {
  response.setHeader("content-type", "text/plain");
  setTimeout(() => response.end(`${request.method} ${request.url}`), 1);
};

const byHttp = async (url) => {
  const [response] = await once(http.get(url, { agent: false }), "response");
  return `${response.statusCode} ${await read(response)}`;
};

const byFetch = async (url) => {
  const response = await fetch(url, { headers: { connection: "close" } });
  return `${response.status} ${await response.text()}`;
};

const refused = async () => {
  try {
    await once(http.get("http://127.0.0.1:9/", { agent: false }), "response");
    return "answered";
  } catch (error) {
    return error.code;
  }
};

async function round(url, number) {
  await store.run(number, () =>
    tracer.startActiveSpan("round", async (span) => {
      span.setAttribute("number", number).addEvent("begun");
      propagation.inject(context.active(), {});
      console.log(await byHttp(`${url}/http/${number}`));
      console.log(await byFetch(`${url}/fetch/${number}`));
      console.log(await refused(), store.getStore());
      counter.add(1, { number });
      span.end();
    }),
  );
}

/** More spans than the agent keeps in one go. */
function many() {
  for (let left = 1200; left > 0; left--) tracer.startSpan(`span ${left % 7}`).end();
}

module.exports = async function work(rounds = 2) {
  const server = http.createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  for (let number = 0; number < rounds; number++) await round(url, number);
  many();
  server.close();
  await once(server, "close");
  console.log("worked");
};
