/** What commands do with a user's rights: looking writes nothing, steering writes one annotation, and a gap is named, not fatal. */
import { describe, expect, test } from "@jest/globals";
import { ClusterError } from "@flashcard-otel/operator/cluster/cluster.ts";
import type { MemoryOptions } from "@flashcard-otel/operator/cluster/memory.ts";
import type { MemoryCall } from "@flashcard-otel/operator/cluster/memory.ts";
import { call } from "./testing/golden.ts";
import { installed } from "./testing/installed.ts";
import { HELD, MIDDLE, migration } from "./testing/scene.ts";
import { shop, type Shop, type Stocked } from "./testing/shop.ts";

const on = (place: Shop) => (line: string) =>
  call({ argv: line.split(" "), setting: { connection: () => place } });

const writes = ({ memory }: Shop): MemoryCall[] =>
  memory.calls.filter(({ verb, dryRun }) => !["read", "list", "logs"].includes(verb) && !dryRun);

describe("a command that looks", () => {
  test.each([
    "check",
    "plan",
    "status",
    "explain component api",
    "explain verdict gateway",
    "explain pod api-5d9c7b6f4-x2x9z",
    "parity",
    `logs --trace ${"a".repeat(32)}`,
    "report",
    "diagnose",
    "eject",
    "pause --dry-run",
  ])("%s writes nothing", async (line) => {
    const place = shop({ objects: [...installed(), migration({ status: MIDDLE })] });
    await on(place)(line);
    expect(writes(place)).toEqual([]);
  });

  /** May read migrations and nothing else. */
  const poor: Stocked = {
    options: {
      fail: ({ kind, verb }) =>
        kind === "FlashcardTelemetry"
          ? undefined
          : new ClusterError(
              "Forbidden",
              `403 ${kind}s is forbidden: User "eve" cannot ${verb} resource`,
            ),
    },
  };

  test.each(["status", "plan --no-pods", "report", "diagnose", "explain component api", "check"])(
    "%s answers whoever may see migrations only, and says what is missing",
    async (line) => {
      const { code, io } = await on(shop(poor))(line);
      expect([0, 3]).toContain(code);
      expect(io.err() + io.out()).toMatch(/you may not|forbidden/);
      expect(io.err()).not.toMatch(/^error/);
    },
  );

  test.each(["diagnose", "logs --trace 0123456789abcdef0123456789abcdef"])(
    "%s shows what it has when a kubelet is away, and names what is missing",
    async (line) => {
      const away = new ClusterError("Unavailable", "500 dial tcp 10.0.0.7:10250: i/o timeout");
      const fail: MemoryOptions["fail"] = ({ verb }) => (verb === "logs" ? away : undefined);
      const objects = [...installed(), migration({ status: MIDDLE })];
      const { code, io } = await on(shop({ objects, options: { fail } }))(line);
      expect([0, 3]).toContain(code);
      expect(io.err() + io.out()).toMatch(/the log of \S+ could not be read: 500 dial tcp/);
    },
  );

  test("plan computes the dry run itself where the user may not create pods", async () => {
    const place = shop({
      options: {
        fail: ({ verb }) =>
          verb === "create"
            ? new ClusterError(
                "Forbidden",
                'pods is forbidden: User "eve" cannot create resource "pods"',
              )
            : undefined,
      },
    });
    const { code, io } = await on(place)("plan --no-pods");
    expect(code).toBe(0);
    expect(io.out()).toMatch(/not seen: you may not create pods in shop[\s\S]*computed here/);
  });

  test("plan takes a quota that is used up for the refusal that it is", async () => {
    const place = shop({
      options: {
        fail: ({ verb }) =>
          verb === "create"
            ? new ClusterError("Forbidden", "pods is forbidden: exceeded quota: compute")
            : undefined,
      },
    });
    const { code, io } = await on(place)("plan --no-pods");
    expect(code).toBe(3);
    expect(io.out()).toMatch(/refused: PodRefused: .*exceeded quota/);
  });
});

describe("a command that steers", () => {
  test.each([
    ["approve", { approve: MIDDLE.planHash }],
    ["approve --any", { approve: "Instrumented" }],
    ["pause", { paused: "true" }],
    ["resume", {}],
    ["target Legacy", { hold: "Legacy" }],
    ["target Retired", {}],
    ["rollback", { hold: "Legacy" }],
    ["retry", { retry: "2026-01-02T03:04:05.000Z" }],
  ])("%s writes its annotation, and never the spec", async (line, expected) => {
    const before = migration({
      status: line === "retry" ? HELD : MIDDLE,
      spec: { approval: "Manual" },
      annotations:
        line === "resume"
          ? { "flashcard-otel.dev/paused": "true" }
          : { "flashcard-otel.dev/hold": "Validated" },
    });
    const place = shop({ objects: [before] });
    const { code } = await on(place)(line);
    expect(code).toBe(0);
    const [after] = place.memory.objects().filter(({ kind }) => kind === before.kind);
    const written = Object.fromEntries(
      Object.entries(expected).map(([name, value]) => [`flashcard-otel.dev/${name}`, value]),
    );
    const kept = /target|rollback|resume/.test(line)
      ? {}
      : { "flashcard-otel.dev/hold": "Validated" };
    expect(after?.metadata.annotations).toEqual({ ...kept, ...written });
    expect(after?.spec).toEqual(before.spec);
    expect(writes(place)).toMatchObject([{ verb: "merge" }]);
  });
});
