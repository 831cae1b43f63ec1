/** Calls of trial items that nobody has allowed, as preflight finds them. */
import { describe, expect, test } from "@jest/globals";
import { memoryCluster } from "../cluster/memory.ts";
import { decide } from "./decide.ts";
import { survey, takeStock } from "./observe.ts";
import { observePreflight } from "./refusals.ts";
import { component, deployment, NOW, seen, spec, status, world } from "./scenes.ts";

const CALLS = [
  { name: "LLM_URL", value: "https://api.openai.com/v1" },
  { name: "REDIS_URL", value: "redis://redis:6379" },
];

const look = async (trial: object) => {
  const cluster = memoryCluster({ now: () => NOW });
  cluster.put(deployment(CALLS));
  const wanted = { sideEffects: "None", items: { configMap: "items" }, ...trial };
  const asked = spec({
    components: [
      {
        name: "api",
        target: { name: "api" },
        trial: wanted,
        rollout: { acceptNotGuarded: true },
      },
    ],
  });
  const { migration } = world({ spec: asked });
  const inventory = await takeStock(migration, cluster);
  const deps = {
    cluster,
    settings: { images: { operator: "operator:1", k6: "k6:1" } } as never,
    sources: { agent: "// agent", trial: "", pulse: "" },
  };
  const [only] = survey(migration, inventory, { ...deps, now: () => NOW }).components;
  if (!only) throw new Error("there is one component");
  const subject = { migration, inventory, ...only, status: undefined };
  const { refusals, outgoing } = await observePreflight(subject, deps);
  return {
    refused: refusals.filter(({ reason }) => reason === "ExternalCalls"),
    outgoing,
  };
};

describe("a trial whose items may call hosts outside the cluster", () => {
  test("is refused with their names, and with what to do", async () => {
    const { refused } = await look({ maxItems: 5000 });
    expect(refused).toHaveLength(1);
    expect(refused[0]?.message).toContain("up to 5000 trial items");
    expect(refused[0]?.message).toContain("api.openai.com (LLM_URL)");
    expect(refused[0]?.message).not.toContain("redis");
  });

  test.each([
    ["they are allowed", { allowExternalCalls: true }],
    ["trial.env names a stand-in", { env: [{ name: "LLM_URL", value: "http://mock-llm" }] }],
    ["trial.env names them itself", { env: [{ name: "LLM_URL", value: "https://sandbox.ai" }] }],
    ["there is no trial", { skip: true }],
  ])("goes on where %s", async (_when, trial) => {
    expect((await look(trial)).refused).toEqual([]);
  });

  test("stands in the status before it begins", async () => {
    const { outgoing } = await look({});
    const refusals = [{ reason: "ExternalCalls", message: "no" }];
    const { status: next } = decide(
      world({
        status: status({ phase: "Alongside", components: [component({ stage: "Preflight" })] }),
        components: [seen({ refusals, outgoing })],
      }),
    );
    expect(next.components[0]).toMatchObject({
      stage: "Preflight",
      outgoing: [
        { host: "api.openai.com", variable: "LLM_URL", outside: true },
        { host: "redis:6379", variable: "REDIS_URL", outside: false },
      ],
    });
  });
});
