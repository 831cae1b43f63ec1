import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import { createServer } from "node:https";
import { type AddressInfo, connect, Server, type Socket } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { until } from "../../e2e/kit/wait.ts";
import { issue, type Issued } from "../injection/certificates.ts";
import { type Limits, sharing } from "./sessions.ts";

let identity: Issued | undefined;
let server: Server | undefined;
const sessions: ServerHttp2Session[] = [];
let ends: AbortController[] = [];
const behind: (Server | undefined)[] = [];

afterEach(() => {
  for (const end of ends) end.abort();
  for (const session of sessions.splice(0)) session.destroy();
  for (const one of [server, ...behind.splice(0)]) one?.close();
  ends = [];
});

const keys = async (): Promise<{ key: string; cert: string; ca: string }> => {
  identity ??= await issue(["localhost"], new Date());
  return { key: identity.key, cert: identity.certificate, ca: identity.ca };
};

const listening = async (one: Server): Promise<URL> => {
  server = one.listen(0, "localhost");
  await new Promise((resolve) => one.once("listening", resolve));
  return new URL(`https://localhost:${(one.address() as AddressInfo).port}`);
};

/** Long enough for several signs of life to be asked for. */
const TICKS = 10;

/** Answers with one line, again and again at `/ticking`; only `/short` and `/gone` end by themselves. */
const talking = async (maxConcurrentStreams = 100): Promise<URL> => {
  const speaking: Http2SecureServer = createSecureServer({
    ...(await keys()),
    settings: { maxConcurrentStreams },
  });
  speaking.on("session", (session) => sessions.push(session));
  speaking.on("request", (request, response) => {
    response.writeHead(request.url === "/gone?a=1" ? 410 : 200);
    response.write(`${String(request.headers["x-who"])}\n`);
    if (request.url === "/ticking") tick(response);
    else if (request.url !== "/") response.end();
  });
  return listening(speaking);
};

const tick = (response: Http2ServerResponse): void => {
  const ticking = setInterval(() => response.write("tick\n"), 5);
  response.once("close", () => clearInterval(ticking));
};

/** The network between, as one of those who use it sees it. */
const network = async (to: URL) => {
  const [servers, near] = [server, [] as Socket[]];
  const url = await listening(
    new Server((socket) => {
      near.push(socket.on("error", () => undefined));
      const far = connect(Number(to.port), to.hostname).on("error", () => undefined);
      socket.pipe(far).pipe(socket);
    }),
  );
  behind.push(servers);
  return { url, near };
};

const reader = (limits: Partial<Limits> = {}) => {
  const open = sharing(limits);
  return async (url: URL, path = "/", end = new AbortController()) => {
    ends.push(end);
    const { ca } = await keys();
    const asking = {
      url: new URL(path, url),
      options: { ca, headers: { "x-who": "us" } },
      signal: end.signal,
    };
    const opened = await open(asking);
    return { opened, end };
  };
};

type Read = Awaited<ReturnType<ReturnType<typeof reader>>>;

const textOf = async ({ opened }: Read): Promise<string> => {
  let text = "";
  for await (const chunk of opened?.body ?? []) text += chunk;
  return text;
};

const many = <T>(n: number, make: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: n }, make));

test("many that begin at once share one connection, and one that ends ends no other", async () => {
  const [read, url] = [reader(), await talking()];
  const all = await many(50, () => read(url));
  expect(sessions).toHaveLength(1);
  const [first, second] = all as [Read, Read];
  first.end.abort();
  await expect(textOf(first)).rejects.toThrow("aborted");
  const chunks = second.opened?.body[Symbol.asyncIterator]();
  expect((await chunks?.next())?.value).toBe("us\n");
  await read(url);
  expect(sessions).toHaveLength(1);
});

test("an answer that is refused or short is read to its end", async () => {
  const [read, url] = [reader(), await talking()];
  const gone = await read(url, "/gone?a=1");
  expect([gone.opened?.status, await textOf(gone)]).toEqual([410, "us\n"]);
});

test.each([
  ["the server", {}, 10],
  ["we ourselves", { streams: 10 }, 100],
])("no more are put on one connection than %s allow", async (_who, limits, allowed) => {
  const [read, url] = [reader(limits), await talking(allowed)];
  const all = await many(25, () => read(url));
  expect(all.every(({ opened }) => opened?.status === 200)).toBe(true);
  expect(sessions).toHaveLength(3);
});

test("a connection is given back when nobody reads from it any more", async () => {
  const [read, url] = [reader(), await talking()];
  await textOf(await read(url, "/short"));
  await until({ what: "the end of the connection", seconds: 5, everyMs: 2 }, async () =>
    sessions.every(({ closed }) => closed),
  );
});

test("all readers hear of a connection that is lost, and go on with another", async () => {
  const [read, { url, near }] = [reader(), await network(await talking())];
  const all = await many(3, () => read(url));
  const texts = all.map((one) => textOf(one));
  near[0]?.destroy();
  for (const text of texts) await expect(text).rejects.toThrow();
  expect((await read(url)).opened?.status).toBe(200);
  expect(sessions).toHaveLength(2);
});

test("a server that sends us away is asked on another connection, and goes on with what it has begun", async () => {
  const [read, url] = [reader({ pingMs: 5 }), await talking()];
  const { opened } = await read(url, "/ticking");
  sessions[0]?.goaway();
  await until({ what: "another connection", seconds: 5, everyMs: 2 }, async () => {
    await read(url);
    return sessions.length === 2;
  });
  let ticks = 0;
  for await (const _ of opened?.body ?? []) if ((ticks += 1) === TICKS) return;
  throw new Error(`it ended after ${ticks} of ${TICKS} ticks`);
});

test("a connection that gives no sign of life is dead", async () => {
  const [read, { url, near }] = [reader({ pingMs: 30 }), await network(await talking())];
  const text = textOf(await read(url));
  near[0]?.unpipe();
  await expect(text).rejects.toThrow("dead");
});

test("a server that speaks HTTP/1 only is left alone", async () => {
  let asked = 0;
  const plain = createServer(await keys(), () => (asked += 1));
  const [read, url] = [reader(), await listening(plain)];
  expect((await read(url)).opened).toBeUndefined();
  expect((await read(url)).opened).toBeUndefined();
  expect(asked).toBe(0);
});

test("nobody is kept waiting by a server that does not answer", async () => {
  const silent = await listening(new Server());
  const late = reader({ dialMs: 50 })(silent);
  await expect(late).rejects.toThrow("was not ready within 50 ms");
});

test("who has given up already is not connected", async () => {
  const [read, url] = [reader(), await talking()];
  const given = new AbortController();
  given.abort();
  await expect(read(url, "/", given)).rejects.toThrow("aborted");
  expect(sessions).toHaveLength(0);
});

test("who gives up meanwhile keeps nobody else waiting", async () => {
  const [read, url] = [reader(), await talking()];
  const given = new AbortController();
  const one = read(url, "/", given);
  const other = read(url);
  given.abort();
  await expect(one).rejects.toThrow("aborted");
  expect((await other).opened?.status).toBe(200);
});
