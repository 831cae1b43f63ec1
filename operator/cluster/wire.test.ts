import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type Call, openWire, type WireOptions } from "./wire.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A wire to a server that answers by script. */
const wireTo = async (answer: RequestListener, options: WireOptions = {}) => {
  const listening = createServer(answer).listen(0, "127.0.0.1");
  server = listening;
  await new Promise((resolve) => listening.once("listening", resolve));
  const { port } = listening.address() as AddressInfo;
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "stub", server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: "nobody" },
  );
  return openWire(config, options);
};

const get: Call = { method: "GET", path: "/a", repeatable: true };
const post: Call = { method: "POST", path: "/a", body: { a: 1 }, repeatable: false };

/** Answers these statuses in turn, then 200. */
const statuses = (script: number[], headers: Record<string, string> = {}) => {
  const asked: number[] = [];
  const answer: RequestListener = (_request, response) => {
    asked.push(performance.now());
    const status = script[asked.length - 1] ?? 200;
    response.writeHead(status, status === 200 ? {} : headers).end("text");
  };
  return { answer, asked };
};

describe("what may be repeated is repeated", () => {
  test.each([429, 500, 502, 503, 504])("after %d", async (status) => {
    const { answer, asked } = statuses([status]);
    expect((await (await wireTo(answer)).call(get)).status).toBe(200);
    expect(asked).toHaveLength(2);
  });

  test("after a reset connection", async () => {
    let asked = 0;
    const wire = await wireTo((request, response) => {
      asked += 1;
      if (asked === 1) request.socket.destroy();
      else response.end("text");
    });
    expect((await wire.call(get)).text).toBe("text");
  });
});

describe("what may not be repeated", () => {
  test("is not after a 5xx: the write may have happened", async () => {
    const { answer, asked } = statuses([500]);
    expect((await (await wireTo(answer)).call(post)).status).toBe(500);
    expect(asked).toHaveLength(1);
  });

  test("is after 429: nothing was done", async () => {
    const { answer, asked } = statuses([429]);
    expect((await (await wireTo(answer)).call(post)).status).toBe(200);
    expect(asked).toHaveLength(2);
  });

  test("is Unavailable after a reset connection", async () => {
    const wire = await wireTo((request) => request.socket.destroy());
    await expect(wire.call(post)).rejects.toMatchObject({ refusal: "Unavailable" });
  });
});

test("an answer that is a decision is not questioned", async () => {
  const { answer, asked } = statuses([409]);
  expect((await (await wireTo(answer)).call(get)).status).toBe(409);
  expect(asked).toHaveLength(1);
});

test("Retry-After is obeyed", async () => {
  const { answer, asked } = statuses([429], { "retry-after": "1" });
  await (await wireTo(answer)).call(get);
  expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(990);
});

test("a server that never answers costs no more than the deadline", async () => {
  const wire = await wireTo(() => undefined, { deadlineMs: 100 });
  const began = performance.now();
  await expect(wire.call(get)).rejects.toMatchObject({ refusal: "Unavailable" });
  expect(performance.now() - began).toBeLessThan(1000);
});

test("a server that is never ready is told as it is when the deadline comes", async () => {
  const wire = await wireTo(statuses([503, 503, 503, 503, 503, 503]).answer, { deadlineMs: 400 });
  expect((await wire.call(get)).status).toBe(503);
});

test("every answer is observed, and no answer as 0", async () => {
  const seen: number[] = [];
  const observe: WireOptions["observe"] = ({ status }) => void seen.push(status);
  const wire = await wireTo(
    (request, response) => (seen.length === 0 ? request.socket.destroy() : response.end("text")),
    { observe },
  );
  await wire.call(get);
  expect(seen).toEqual([0, 200]);
});

describe("a stream", () => {
  const read = (
    wire: Awaited<ReturnType<typeof wireTo>>,
    { silenceMs = 1000, signal = new AbortController().signal } = {},
  ) => {
    const lines: string[] = [];
    const done = wire.stream("/watch", {
      signal,
      silenceMs,
      onLine: (line) => void lines.push(line),
    });
    return { lines, done };
  };

  test("is told by whole lines, however it is cut, and half a line is not told", async () => {
    const wire = await wireTo(async (_request, response) => {
      for (const chunk of ['{"a', '":1}\n{"b":2}\n', '{"c"']) {
        response.write(chunk);
        await sleep(5);
      }
      response.end();
    });
    const { lines, done } = read(wire);
    await done;
    expect(lines).toEqual(['{"a":1}', '{"b":2}']);
  });

  test("that falls silent is given up", async () => {
    const wire = await wireTo((_request, response) => void response.write("{}\n"));
    const { lines, done } = read(wire, { silenceMs: 50 });
    await expect(done).rejects.toThrow();
    expect(lines).toEqual(["{}"]);
  });

  test("that is refused says why", async () => {
    const wire = await wireTo((_request, response) => response.writeHead(410).end("too old"));
    await expect(read(wire).done).rejects.toThrow("410 too old");
  });

  test("ends when it is asked to", async () => {
    const end = new AbortController();
    const wire = await wireTo((_request, response) => void response.write("{}\n"));
    const { done } = read(wire, { signal: end.signal });
    setTimeout(() => end.abort(), 20);
    await expect(done).rejects.toThrow();
  });
});
