import { expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { panelQueries } from "./boards.ts";

const target = (expr: string, datasource?: object) => ({
  refId: "A",
  expr,
  ...(datasource ? { datasource } : {}),
});
const board = (title: string, ...panels: object[]): string => JSON.stringify({ title, panels });
const boards = (data: Record<string, string>): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "boards" },
  data,
});
const keys = (data: Record<string, string>): [string, string][] =>
  panelQueries(boards(data)).map(({ key, expression }) => [key, expression]);

test("panels of one title on two boards are two, whatever the order of the files", () => {
  const api = board("Api", { title: "Errors", targets: [target("api_errors")] });
  const worker = board("Worker", { title: "Errors", targets: [target("worker_errors")] });
  const expected = [
    ["Errors/A", "api_errors"],
    ["Errors/A#2", "worker_errors"],
  ];
  expect(keys({ "api.json": api, "worker.json": worker })).toEqual(expected);
  expect(keys({ "worker.json": worker, "api.json": api })).toEqual(expected);
});

test("only what a Prometheus is asked is a query", () => {
  const asked = (panel: object) => keys({ "a.json": board("A", { title: "T", ...panel }) }).length;
  expect(asked({ targets: [target("up")] })).toBe(1);
  expect(asked({ targets: [target("up", { type: "prometheus", uid: "${DS}" })] })).toBe(1);
  expect(asked({ targets: [target('{app="a"} |= "error"', { type: "loki" })] })).toBe(0);
  const loki = { datasource: { type: "loki" }, targets: [target('{app="a"}')] };
  expect(asked(loki)).toBe(0);
  const mixed = { type: "datasource", uid: "-- Mixed --" };
  const both = [target("up", { type: "prometheus" }), target('{app="a"}', { type: "loki" })];
  expect(asked({ datasource: mixed, targets: both })).toBe(1);
});
