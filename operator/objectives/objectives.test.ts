import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { answers, type Asked, vector } from "../measurement/testing/answers.ts";
import { decide } from "../migration/decide.ts";
import { desired } from "../migration/desired.ts";
import { component, spec, status, world } from "../migration/scenes.ts";
import type { Phase } from "../migration/schema.ts";
import { readsOf } from "../switching/promql.ts";
import { panelQueries } from "../switching/boards.ts";
import { objectiveManifests } from "./manifests.ts";
import { observeObjectives } from "./observe.ts";

const OBJECTIVES = [
  { name: "up", targetPercent: 99.9, component: "api", indicator: "Availability" },
  { name: "quick", targetPercent: 95, component: "api", indicator: "Latency", thresholdSeconds: 1 },
  {
    name: "orders",
    targetPercent: 99,
    windowDays: 7,
    good: "sum(rate(orders_done_total[$window]))",
    total: "sum(rate(orders_total[$window]))",
  },
];

const moving = (phase: Phase = "Alongside") =>
  world({ spec: spec({ objectives: OBJECTIVES }), status: status({ phase }) }).migration;

describe("what is made of objectives", () => {
  const [rules, board] = objectiveManifests(moving());
  const { groups } = parse(Object.values(rules?.data ?? {})[0] ?? "") as {
    groups: { name: string; rules: { record?: string; alert?: string; expr: string }[] }[];
  };

  test("is a group of ratios and two alerts for each of them", () => {
    expect(groups.map(({ name }) => name)).toEqual([
      "objective-up",
      "objective-quick",
      "objective-orders",
    ]);
    for (const group of groups)
      expect(group.rules.flatMap(({ alert }) => alert ?? [])).toEqual([
        "ObjectiveBurnsFast",
        "ObjectiveBurnsSlowly",
      ]);
    expect(groups[2]?.rules.at(-3)?.record).toBe("slo:sli_error:ratio_rate7d");
  });

  test.each([
    [0, ["http_server_request_duration_seconds_count"]],
    [
      1,
      ["http_server_request_duration_seconds_bucket", "http_server_request_duration_seconds_count"],
    ],
    [2, ["orders_done_total", "orders_total"]],
  ])("group %i reads the series of its component, or those of the user", (nth, names) => {
    const [first] = groups[nth]?.rules ?? [];
    expect(readsOf(first?.expr ?? "").names).toEqual(names);
    expect(first?.expr).toContain("[5m]");
    if (nth < 2) expect(first?.expr).toContain('job="shop/api"');
  });

  test("is a dashboard that Grafana finds, and that reads what the rules record", () => {
    expect(board?.metadata.labels).toMatchObject({ grafana_dashboard: "1" });
    const recorded = new Set(groups.flatMap((group) => group.rules.map(({ record }) => record)));
    const asked = panelQueries(board ?? { apiVersion: "", kind: "", metadata: { name: "" } });
    expect(asked).toHaveLength(6);
    for (const name of asked.flatMap(({ expression }) => readsOf(expression).names))
      expect(recorded).toContain(name);
  });

  test("comes with Alongside and goes with it; without objectives there is nothing", () => {
    const names = (goal: Phase, objectives: object[]) => {
      const wish = spec({ target: goal, objectives });
      const all = desired(world({ spec: wish, status: status({ phase: goal }), world: settings }));
      return all.map(({ metadata }) => metadata.name).filter((name) => /objectives/.test(name));
    };
    expect(names("Alongside", OBJECTIVES)).toEqual([
      "pipeline-objectives",
      "pipeline-objectives-dashboard",
    ]);
    expect(names("Legacy", OBJECTIVES)).toEqual([]);
    expect(names("Alongside", [])).toEqual([]);
  });
});

const settings = {
  settings: { images: { collector: "c", jaeger: "j", prometheus: "p" } } as never,
};

describe("how they stand", () => {
  /** Burning when asked for that, with the share of bad events otherwise. */
  const seen = async (burns: RegExp | undefined, share: number | undefined, phase?: Phase) => {
    const { fetch } = answers({
      "http://": ({ form: { query = "" } }: Asked) => {
        if (query.includes(" and ")) return burns?.test(query) ? vector([{}, 1]) : vector();
        return share === undefined ? vector() : vector([{}, share]);
      },
    });
    return observeObjectives(moving(phase), { fetch });
  };
  const states = (...all: string[]) =>
    OBJECTIVES.map(({ name }, nth) => ({ name, state: all[nth] }));

  test.each([
    ["quiet", undefined, 0.01, ["Met", "Met", "Met"]],
    ["one burns", /orders_total/, 0.01, ["Met", "Met", "Burning"]],
    ["nothing was recorded", undefined, undefined, ["NoData", "NoData", "NoData"]],
    ["nothing happened", undefined, Number.NaN, ["NoData", "NoData", "NoData"]],
  ] as const)("%s", async (_what, burns, share, expected) => {
    expect(await seen(burns, share)).toEqual(states(...expected));
  });

  test("a Prometheus that is away is no good news", async () => {
    const { fetch } = answers({ "http://": new Error("gone") });
    expect(await observeObjectives(moving(), { fetch })).toEqual(
      states("NoData", "NoData", "NoData"),
    );
  });

  test("nobody is asked before there is anything new", async () => {
    expect(await seen(undefined, 0, "Legacy")).toBeUndefined();
  });
});

describe("while a budget burns fast", () => {
  const proven = { passed: true, reason: "Proven", message: "ok" };
  const at = (state: "Met" | "Burning" | "NoData", target: Phase = "Validated") =>
    decide(
      world({
        spec: spec({ target }),
        status: status({
          phase: "Instrumented",
          components: [component({ stage: "Skipped" })],
        }),
        world: { gates: { Validated: [proven] }, objectives: [{ name: "up", state }] },
      }),
    ).status;

  test("no phase is reached, and status says which and why", () => {
    expect(at("Burning")).toMatchObject({
      phase: "Instrumented",
      next: { reason: "ObjectiveBurning", message: expect.stringContaining("of up is burning") },
      objectives: [{ name: "up", state: "Burning" }],
    });
  });

  test.each(["Met", "NoData"] as const)("%s holds nothing up", (state) => {
    expect(at(state).phase).toBe("Validated");
  });

  test("the way back is open", () => {
    expect(at("Burning", "Legacy").phase).toBe("Alongside");
  });
});
