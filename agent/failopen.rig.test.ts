import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  connect,
  createServer as createTcp,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentFolder, config, pause, run, until, type AgentFolder } from "./testing/rig.ts";
import { startSink, type Sink } from "./testing/sink.ts";

const WAYS = ["nothing", "exit", "throw", "reject", "work", "signal"] as const;
/** Far below any time-out of ours; far above what a busy machine adds to the start of a process. */
const DELAY_MS = 2000;

type Outcome = { code: number | null; signal: string | null; out: string };

async function outcome(
  way: string,
  folder?: AgentFolder,
  env: Record<string, string> = {},
): Promise<Outcome & { err: string; ms: number }> {
  const start = performance.now();
  const ended = await run("short.cjs", folder, { WAY: way, ...env }).ended;
  return { ...ended, ms: performance.now() - start };
}

async function hostile(
  serve: (socket: Socket) => void,
): Promise<{ endpoint: string; close: () => void }> {
  const sockets = new Set<Socket>();
  const server: Server = createTcp((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Listens and never accepts: once the queue is full, connecting hangs. */
async function blackHole(): Promise<{ endpoint: string; close: () => void }> {
  const listen = `
    const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      require("node:fs").writeSync(1, String(server.address().port) + "\\n");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child = spawn(process.execPath, ["-e", listen], { stdio: ["ignore", "pipe", "ignore"] });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  const fillers = Array.from({ length: 4 }, () => connect(Number(port.toString()), "127.0.0.1"));
  for (const filler of fillers) filler.on("error", () => undefined);
  await pause(100);
  return {
    endpoint: `http://127.0.0.1:${port.toString().trim()}`,
    close: () => {
      for (const filler of fillers) filler.destroy();
      child.kill("SIGKILL");
    },
  };
}

/** Everything that can be wrong with what surrounds the agent. */
const AROUND: [string, () => Promise<{ folder: AgentFolder; close?: () => unknown }>][] = [
  [
    "a collector that answers",
    async () => {
      const sink = await startSink();
      return { folder: await agentFolder(config({ endpoint: sink.endpoint })), close: sink.close };
    },
  ],
  ["no configuration", async () => ({ folder: await agentFolder(null) })],
  ["an empty configuration", async () => ({ folder: await agentFolder("") })],
  ["a garbage configuration", async () => ({ folder: await agentFolder('{"profile": [1,2') })],
  [
    "an unknown profile",
    async () => ({ folder: await agentFolder('{"profile":"everything","endpoint":"http://x"}') }),
  ],
  [
    "an endpoint that is none",
    async () => ({ folder: await agentFolder(config({ endpoint: "collector:4318" })) }),
  ],
  [
    "profile full without its folder",
    async () => ({ folder: await agentFolder(config({ profile: "full", fullPath: "/nowhere" })) }),
  ],
  [
    "a collector that is down",
    async () => ({ folder: await agentFolder(config({ endpoint: "http://127.0.0.1:9" })) }),
  ],
  [
    "a collector whose name nobody knows",
    async () => ({
      folder: await agentFolder(config({ endpoint: "http://collector.invalid:4318" })),
    }),
  ],
  [
    "TLS where none is spoken",
    async () => {
      const server = await hostile((socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
      return {
        folder: await agentFolder(config({ endpoint: server.endpoint.replace("http:", "https:") })),
        close: server.close,
      };
    },
  ],
  [
    "a collector that cannot be reached",
    async () => {
      const { endpoint, close } = await blackHole();
      return { folder: await agentFolder(config({ endpoint })), close };
    },
  ],
  [
    "a collector that never answers",
    async () => {
      const server = await hostile(() => undefined);
      return {
        folder: await agentFolder(config({ endpoint: server.endpoint })),
        close: server.close,
      };
    },
  ],
  [
    "a collector that hangs up",
    async () => {
      const server = await hostile((socket) => void socket.destroy());
      return {
        folder: await agentFolder(config({ endpoint: server.endpoint })),
        close: server.close,
      };
    },
  ],
  [
    "a collector that talks garbage",
    async () => {
      const server = await hostile((socket) => void socket.write(Buffer.alloc(100_000, 0xff)));
      return {
        folder: await agentFolder(config({ endpoint: server.endpoint })),
        close: server.close,
      };
    },
  ],
  [
    "a collector that refuses everything",
    async () => {
      const sink: Sink = await startSink();
      sink.answer = (_, response) =>
        void response.writeHead(429, { "retry-after": "1000000" }).end();
      return { folder: await agentFolder(config({ endpoint: sink.endpoint })), close: sink.close };
    },
  ],
];

describe.each(AROUND)("with %s", (_, prepare) => {
  let folder: AgentFolder;
  let close: (() => unknown) | undefined;
  beforeAll(async () => {
    ({ folder, close } = await prepare());
  }, 30_000);
  afterAll(async () => {
    await close?.();
    await folder.remove();
  });

  test.each(WAYS)(
    "a program that ends by %s says and returns the same as without us",
    async (way) => {
      const plain = await outcome(way);
      const with_ = await outcome(way, folder);
      expect({ code: with_.code, signal: with_.signal, out: with_.out }).toEqual({
        code: plain.code,
        signal: plain.signal,
        out: plain.out,
      });
      expect(with_.ms - plain.ms).toBeLessThan(DELAY_MS);
    },
  );
});

test.each(["exit", "throw", "reject", "work"])(
  "what a program recorded before it ended by %s still arrives",
  async (way) => {
    const sink = await startSink();
    const folder = await agentFolder(
      config({ endpoint: sink.endpoint, flushIntervalMs: 60_000, metricIntervalMs: 60_000 }),
    );
    await outcome(way, folder);
    await until(() => sink.spans.length === 1 && sink.metrics.size > 0, "the span and the metrics");
    expect(sink.spans[0]?.name).toBe("short work");
    await sink.close();
    await folder.remove();
  },
);

describe("inert", () => {
  let folder: AgentFolder;
  let modules: string;
  beforeAll(async () => {
    folder = await agentFolder(config({ legacyOff: { name: "LEGACY_MONITORING", value: "off" } }));
    modules = await mkdtemp(join(tmpdir(), "flashcard-other-"));
    await writeFile(
      join(modules, "other.cjs"),
      'globalThis[Symbol.for("opentelemetry.js.api.1")] = { version: "1.9.0", trace: { getTracer: () => ({ startActiveSpan: (name, work) => work({ end() {} }) }) } };',
    );
  });
  afterAll(async () => {
    await folder.remove();
    await rm(modules, { recursive: true });
  });

  test("the old emitter is switched off once the agent is up", async () => {
    expect((await outcome("nothing", folder)).out).toContain("legacy off");
  });

  test("the old emitter stays on where the agent could not start", async () => {
    const broken = await agentFolder({
      ...config({ legacyOff: { name: "LEGACY_MONITORING", value: "off" } }),
      endpoint: "nowhere",
    });
    const { out, err } = await outcome("nothing", broken);
    expect(out).toContain("legacy unset");
    expect(err).toMatch(/^flashcard-otel: inert: no http\(s\) endpoint: nowhere$/m);
    await broken.remove();
  });

  test("a user who disabled the SDK is obeyed", async () => {
    const { err, out } = await outcome("nothing", folder, { OTEL_SDK_DISABLED: "true" });
    expect(err).toContain("OTEL_SDK_DISABLED");
    expect(out).toContain("legacy unset");
  });

  test("a tracer that was there first stays, and one line says why we are silent", async () => {
    const options = `--require ${join(modules, "other.cjs")} --require ${folder.path}/agent.cjs`;
    const { err, code, out } = await outcome("nothing", folder, { NODE_OPTIONS: options });
    expect(err.match(/OtherInstrumentation/g)).toHaveLength(1);
    expect(out).toContain("legacy unset");
    expect(code).toBe(0);
  });

  test("required twice, it starts once", async () => {
    const options = `--require ${folder.path}/agent.cjs --require ${folder.path}/agent.cjs`;
    const { err, code } = await outcome("nothing", folder, { NODE_OPTIONS: options });
    expect(err).toBe("");
    expect(code).toBe(0);
  });
});
