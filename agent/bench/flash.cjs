/**
 * A small service as many are: POST /cards {word, reads, spin} = JSON, Redis GETs, two calls to a neighbour, Redis SET, one line
 * of log; `spin` rounds of arithmetic make it as busy as wanted. PORT, REDIS_URL, UPSTREAM_URL.
 */
import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { Redis } from "ioredis";
import { pino } from "pino";

const { PORT = "0", REDIS_URL = "", UPSTREAM_URL = "" } = process.env;
const redis = new Redis(REDIS_URL);
const log = pino();
const agent = new Agent({ keepAlive: true });

const byHttp = async (): Promise<unknown> => {
  const [response] = (await once(get(UPSTREAM_URL, { agent }), "response")) as [IncomingMessage];
  return json(response);
};

const byFetch = async (): Promise<unknown> => (await fetch(UPSTREAM_URL)).json();

/** The result goes into the answer, so that nobody can leave the work out. */
const spun = (rounds: number): number => {
  let mixed = 1;
  for (let round = 0; round < rounds; round += 1) mixed = Math.imul(mixed ^ round, 0x9e3779b1);
  return mixed;
};

const read = async (key: string, times: number): Promise<unknown[]> => {
  const found: unknown[] = [];
  for (let i = 0; i < times; i += 1) found.push(await redis.get(key));
  return found;
};

interface Card {
  word: string;
  reads: number;
  spin: number;
}

const card = async (request: IncomingMessage): Promise<object> => {
  const { word, reads, spin } = (await json(request)) as Card;
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
    (error: Error) => response.writeHead(500).end(error.message),
  );
});
server.keepAliveTimeout = 600_000;
await redis.ping();
server.listen(Number(PORT), "127.0.0.1");
