/**
 * A small service as many are: POST /cards {word, reads, spin} = JSON, Redis GETs, two calls to a neighbour, Redis SET, one line
 * of log; `spin` rounds of arithmetic make it as busy as wanted. PORT, REDIS_URL, UPSTREAM_URL.
 *
 * CommonJS, which every agent instruments by one `--require`: side by side it must not be the module system that decides.
 */
const { once } = require("node:events");
const { Agent, createServer, get } = require("node:http");
const { json } = require("node:stream/consumers");
const { Redis } = require("ioredis");
const { pino } = require("pino");

const { PORT = "0", REDIS_URL = "", UPSTREAM_URL = "" } = process.env;
const redis = new Redis(REDIS_URL);
const log = pino();
const agent = new Agent({ keepAlive: true });

const byHttp = async () => {
  const [response] = await once(get(UPSTREAM_URL, { agent }), "response");
  return json(response);
};

const byFetch = async () => (await fetch(UPSTREAM_URL)).json();

/** The result goes into the answer, so that nobody can leave the work out. */
const spun = (rounds) => {
  let mixed = 1;
  for (let round = 0; round < rounds; round += 1) mixed = Math.imul(mixed ^ round, 0x9e3779b1);
  return mixed;
};

const read = async (key, times) => {
  const found = [];
  for (let i = 0; i < times; i += 1) found.push(await redis.get(key));
  return found;
};

const card = async (request) => {
  const { word, reads, spin } = await json(request);
  const key = `flash:${word}`;
  const known = await read(key, reads);
  const upstream = [await byFetch(), await byHttp()];
  const made = { word, known, upstream, mixed: spun(spin) };
  await redis.set(key, JSON.stringify(made), "EX", 60);
  log.info({ event: "card", spin }, "card made");
  return made;
};

const server = createServer((request, response) => {
  if (request.url === "/readyz") {
    response.end("{}");
    return;
  }
  card(request).then(
    (made) => response.end(JSON.stringify(made)),
    (error) => response.writeHead(500).end(error.message),
  );
});
server.keepAliveTimeout = 600_000;
void redis.ping().then(() => server.listen(Number(PORT), "127.0.0.1"));
