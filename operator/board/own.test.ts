/** The operator's dashboard asks for what the operator tells, and for nothing else. */
import { expect, test } from "@jest/globals";
import { STATES } from "../states.ts";
import { panelQueries } from "../switching/boards.ts";
import { openMetrics } from "../metrics.ts";
import { ownBoard } from "./own.ts";

const NAME = /\b(?:flashcard_otel|process)_[a-z_]+/g;

test("every series that a panel asks for is told, and all of our own are asked for", async () => {
  const metrics = openMetrics();
  metrics.gauge("leader", () => 1);
  metrics.gauge("waiting", () => 0);
  const { body } = await metrics.text();
  const told = new Set([...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name));
  const family = (name: string): string => name.replace(/_(?:bucket|count|sum)$/, "");
  const queries = panelQueries({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "board" },
    data: { "operator.json": ownBoard() },
  });
  const asked = new Set(
    queries.flatMap(({ expression }) =>
      [...expression.matchAll(NAME)].map(([name]) => family(name)),
    ),
  );
  expect([...asked].filter((name) => !told.has(name))).toEqual([]);
  // How migrations stand is another dashboard's.
  const ours = [...told].filter((name) => name.startsWith("flashcard_otel") && !(name in STATES));
  expect(ours.filter((name) => !asked.has(name))).toEqual([]);
});
