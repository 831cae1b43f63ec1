/** The namespace that the pages speak of, in memory: their commands run against it, each from the beginning. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "../../operator/cluster/cluster.ts";
import type { Connection } from "../../cli/reach/connection.ts";
import { installed } from "../../cli/testing/installed.ts";
import { COMPARED, migration, PASSED, spec } from "../../cli/testing/scene.ts";
import { shop } from "../../cli/testing/shop.ts";
import { deployment, SERVICES } from "../../cli/testing/workloads.ts";
import { number, rehearse, textOf } from "../../verdict/rehearsal.ts";
import { root } from "../run.ts";

export const evidence = textOf(number(rehearse()));

/** What a page's command reads from standard input, by the first words of the command. */
export const inputOf = (args: readonly string[]): string =>
  args[0] === "parity"
    ? readFileSync(join(root, "samples/orders/kubernetes/monitoring/parity.yaml"), "utf8")
    : evidence;

const evidenceHash = `sha256:${createHash("sha256").update(evidence).digest("hex")}`;

/** Besides the shop's own, one of the sample pipeline's. */
const COMPONENTS = [...SERVICES, "llm-gateway"];
const [done] = COMPARED.components;

const instrumented = (name: string) => ({
  ...done,
  name,
  verdicts: [{ ...PASSED, evidenceHash }],
});

const records: Manifest[] = [
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: PASSED.evidence, namespace: "shop" },
    data: { "evidence.jsonl": evidence },
  },
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "flashcard-otel-agent-0123456789", namespace: "shop" },
    data: { "agent.cjs": "" },
  },
];

const [component] = spec().components;

/** Instrumented and compared, so that there is something to say to every question. */
export const openShop = (): Connection =>
  shop({
    objects: [
      ...installed(),
      ...records,
      deployment("llm-gateway"),
      migration({
        spec: {
          approval: "Manual",
          components: COMPONENTS.map((name) => ({
            ...component,
            name,
            target: { kind: "Deployment", name },
          })),
        },
        status: { ...COMPARED, components: COMPONENTS.map(instrumented) },
      }),
    ],
  });
