/** How the agent starts, stands back, and says its last words; that it harms nobody is survival/ about. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentFolder, config, run, until, type AgentFolder } from "./testing/rig.ts";
import { startSink } from "./testing/sink.ts";

const outcome = (way: string, folder: AgentFolder, env: Record<string, string> = {}) =>
  run("short.cjs", folder, { WAY: way, ...env }).ended;

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

test.each(["150", "300", "600"])(
  "so does what it did in a run that took %s ms to come to it and ended soon afterwards",
  async (ms) => {
    const sink = await startSink();
    const folder = await agentFolder(
      config({ endpoint: sink.endpoint, flushIntervalMs: 60_000, metricIntervalMs: 60_000 }),
    );
    await outcome("exit", folder, { AFTER_MS: ms });
    await until(() => sink.spans.length === 1, "the span");
    await sink.close();
    await folder.remove();
  },
);

test("what was recorded last is printed, where it is for the console", async () => {
  const folder = await agentFolder(config({ flushIntervalMs: 60_000, metricIntervalMs: 60_000 }));
  const { out, code } = await outcome("exit", folder, { OTEL_TRACES_EXPORTER: "console" });
  expect(out).toMatch(/^\{"resource":.*"name":"short work"/m);
  expect(code).toBe(3);
  await folder.remove();
});

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
});
