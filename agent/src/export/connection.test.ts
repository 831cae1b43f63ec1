import { afterEach, expect, jest, test } from "@jest/globals";
import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { startSink, type Sink } from "../../testing/sink.ts";
import { pause, until } from "../../testing/rig.ts";
import { parseAddress } from "./address.ts";
import { Connection } from "./connection.ts";

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function sink(): Promise<Sink> {
  const started = await startSink();
  closing.push(started.close);
  return started;
}

function connectionTo(endpoint: string): Connection {
  const address = parseAddress(endpoint);
  if (address === undefined) throw new Error("no address");
  return new Connection(address);
}

interface Outcomes {
  delivered: number;
  lost: number;
}

function post(connection: Connection, outcomes: Outcomes): boolean {
  const parts = [new Uint8Array(0), new Uint8Array(100)];
  const done = (delivered: boolean): void =>
    void (delivered ? outcomes.delivered++ : outcomes.lost++);
  return connection.post({ path: "/v1/none", parts, done });
}

async function rawServer(
  serve: (socket: Socket, nth: number) => void,
): Promise<{ server: Server; endpoint: string }> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket, count++);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("many requests go over one connection, in order", async () => {
  const target = await sink();
  const connection = connectionTo(target.endpoint);
  const outcomes = { delivered: 0, lost: 0 };
  for (let count = 0; count < 5; count++) expect(post(connection, outcomes)).toBe(true);
  await until(() => outcomes.delivered === 5, "five deliveries");
  expect(target.connections).toBe(1);
  expect(target.bytes).toBe(500);
});

test("too many waiting requests are refused instead of kept", async () => {
  const { endpoint } = await rawServer(() => undefined);
  const connection = connectionTo(endpoint);
  const outcomes = { delivered: 0, lost: 0 };
  const accepted = Array.from({ length: 20 }, () => post(connection, outcomes));
  expect(accepted.filter(Boolean).length).toBeLessThan(12);
});

test.each([429, 502, 503, 504])("status %d is tried again", async (status) => {
  const target = await sink();
  target.answer = (_, response) => {
    response.statusCode = target.requests === 1 ? status : 200;
    response.end();
  };
  const outcomes = { delivered: 0, lost: 0 };
  post(connectionTo(target.endpoint), outcomes);
  await until(() => outcomes.delivered === 1, "the second attempt");
  expect(target.requests).toBe(2);
});

test.each([400, 401, 404, 408, 413, 500])("status %d is final", async (status) => {
  const target = await sink();
  target.answer = (_, response) => {
    response.statusCode = status;
    response.end("no");
  };
  const outcomes = { delivered: 0, lost: 0 };
  post(connectionTo(target.endpoint), outcomes);
  await until(() => outcomes.lost === 1, "the refusal");
  await pause(50);
  expect(target.requests).toBe(1);
});

test("nobody is asked again before the time they named", async () => {
  jest.spyOn(Math, "random").mockReturnValue(0);
  closing.push(() => void jest.restoreAllMocks());
  const target = await sink();
  let asked = 0;
  target.answer = (_, response) => {
    response.statusCode = target.requests === 1 ? 429 : 200;
    if (target.requests === 1) asked = performance.now();
    response.setHeader("retry-after", "1");
    response.end();
  };
  const outcomes = { delivered: 0, lost: 0 };
  post(connectionTo(target.endpoint), outcomes);
  await until(() => outcomes.delivered === 1, "the second attempt");
  expect(performance.now() - asked).toBeGreaterThan(950);
});

test("a connection closed while idle costs nothing", async () => {
  const target = await sink();
  target.answer = ({ socket }, response) => {
    response.end();
    setTimeout(() => socket.destroy(), 10);
  };
  const connection = connectionTo(target.endpoint);
  const outcomes = { delivered: 0, lost: 0 };
  for (let count = 1; count <= 3; count++) {
    post(connection, outcomes);
    await until(() => outcomes.delivered === count, "the delivery");
    await pause(40);
  }
  expect(target.connections).toBe(3);
});

test("a connection that is closed in the moment it is used again is replaced without a pause", async () => {
  const { endpoint } = await rawServer((socket, nth) => {
    let requests = 0;
    socket.on("data", () => {
      if (nth === 0 && ++requests > 1) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    });
  });
  const connection = connectionTo(endpoint);
  const outcomes = { delivered: 0, lost: 0 };
  post(connection, outcomes);
  await until(() => outcomes.delivered === 1, "the first delivery");
  await pause(30);
  post(connection, outcomes);
  const paused = (): boolean => Reflect.get(connection, "pause") !== null;
  await until(() => outcomes.delivered === 2 || paused(), "the second delivery, or a pause");
  expect(paused()).toBe(false);
});

test.each([
  ["hangs up at once", (socket: Socket) => void socket.destroy()],
  ["answers garbage", (socket: Socket) => void socket.end("220 smtp.example ESMTP\r\n")],
  [
    "answers without being asked",
    (socket: Socket) => void socket.write("HTTP/1.1 503 Oops\r\n\r\n"),
  ],
])("a server that %s first is used when it behaves", async (_, misbehave) => {
  const { endpoint } = await rawServer((socket, nth) => {
    if (nth === 0) misbehave(socket);
    else socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
  });
  const outcomes = { delivered: 0, lost: 0 };
  post(connectionTo(endpoint), outcomes);
  await until(() => outcomes.delivered === 1, "a delivery in the end");
});

test("an address nobody listens on is tried later, quietly", async () => {
  const { server, endpoint } = await rawServer(() => undefined);
  server.close();
  await once(server, "close");
  const outcomes = { delivered: 0, lost: 0 };
  const connection = connectionTo(endpoint);
  post(connection, outcomes);
  await pause(200);
  expect(outcomes).toEqual({ delivered: 0, lost: 0 });
});

test.each([
  [
    "http://collector.ns.svc:4318",
    { secure: false, host: "collector.ns.svc", port: 4318, basePath: "" },
  ],
  [
    "https://otlp.example/base/",
    { secure: true, host: "otlp.example", port: 443, basePath: "/base" },
  ],
  ["http://[::1]:4318", { host: "::1", port: 4318 }],
])("%s", (endpoint, expected) => {
  expect(parseAddress(endpoint)).toMatchObject(expected);
});

test.each(["", "collector:4318", "ftp://x", "http://", "not a url"])(
  "%p is no address",
  (endpoint) => {
    expect(parseAddress(endpoint)).toBeUndefined();
  },
);

test("a header that would break the request is left out", () => {
  const { headers = "" } =
    parseAddress("http://h", { good: "1", bad: "1\r\nx: y", "b d": "1" }) ?? {};
  expect(headers).toContain("good: 1\r\n");
  expect(headers).not.toMatch(/bad|b d/);
});
