import { expect, test } from "@jest/globals";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SPAN_ATTRIBUTES } from "./contract.ts";
import { documented } from "./testing/documented.ts";

/** Names of diagnostics channels look the same and are none of ours. */
const OTHERS = new Set(["channels.ts"]);
const NAME =
  /"((?:http|url|server|error|exception|db|messaging|gen_ai|resilience|nodejs|v8js|process|cpu|service|k8s|telemetry|flashcard_otel|otel)(?:\.[a-z0-9_]+)+)"/g;

/** Every attribute, event and metric that stands in the agent's source. */
function inSource(): Set<string> {
  const src = join(import.meta.dirname, "src");
  const files = globSync("**/*.ts", { cwd: src }).filter(
    (file) => !file.endsWith(".test.ts") && !OTHERS.has(file.split("/").at(-1) ?? ""),
  );
  const texts = files.map((file) => readFileSync(join(src, file), "utf8"));
  return new Set(texts.flatMap((text) => [...text.matchAll(NAME)].map(([, name = ""]) => name)));
}

test("docs/telemetry.md lists what the source can emit, and nothing else", () => {
  const { spans, resource, metrics, events } = documented();
  const all = new Set([
    ...spans,
    ...resource,
    ...[...metrics, ...events].flatMap(([name, attributes]) => [name, ...attributes]),
  ]);
  all.delete("exception");
  all.add("otel.metric.overflow");
  expect([...inSource()].toSorted()).toEqual([...all].toSorted());
});

test("so does what the operator holds spans to", () => {
  expect(Object.keys(SPAN_ATTRIBUTES).toSorted()).toEqual([...documented().spans].toSorted());
});
