import { expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { conflicting } from "./conflict.ts";
import { spec, world } from "./scenes.ts";
import { GROUP, KIND, VERSION } from "./schema.ts";

const rules = (otel: string) => ({ legacy: { configMap: "old-rules" }, otel: { configMap: otel } });
const of = (name: string) => [{ name, target: { name } }];

/** Between a resource of 2026 and one that is older. */
const between = async (
  mine: Record<string, unknown>,
  theirs: object,
): Promise<string | undefined> => {
  const { migration } = world({ spec: spec(mine) });
  const older: Manifest = {
    apiVersion: `${GROUP}/${VERSION}`,
    kind: KIND,
    metadata: {
      name: "older",
      namespace: "shop",
      uid: "uid-0",
      creationTimestamp: "2025-01-01T00:00:00Z",
    },
    spec: theirs,
  };
  const young = {
    ...migration,
    metadata: { ...migration.metadata, creationTimestamp: "2026-01-01T00:00:00Z" },
  };
  return (await conflicting(young, { cluster: { list: async () => [older] } }))?.message;
};

test.each([
  ["a workload", { components: of("api") }, { components: of("api") }, "Deployment/api"],
  [
    "rules that both would switch",
    { components: of("api"), alerts: rules("new") },
    { components: of("web"), alerts: rules("others") },
    "ConfigMap/old-rules",
  ],
  [
    "a dashboard",
    { components: of("api"), dashboards: { legacy: { configMap: "a" }, otel: { configMap: "b" } } },
    { components: of("web"), dashboards: { legacy: { configMap: "b" }, otel: { configMap: "c" } } },
    "ConfigMap/b",
  ],
])("%s belongs to the older of two", async (_what, mine, theirs, shared) => {
  expect(await between(mine, theirs)).toContain(`${shared} already belongs to older`);
});

test("two that share nothing, not even a word in their specs, are none", async () => {
  expect(await between({ components: of("api") }, { components: of("web") })).toBeUndefined();
  expect(await between({ components: of("api") }, {})).toBeUndefined();
});
