import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { decide } from "./decide.ts";
import { desired } from "./desired.ts";
import { rank } from "./goal.ts";
import { ago, component, rollout, seen, spec, status, trialWorld, world } from "./scenes.ts";
import { PHASES, type Phase, STAGES, type TrialVerdict } from "./schema.ts";
import type { TrialWorld } from "./types.ts";

const verdict = (difference: Partial<TrialVerdict>): TrialVerdict => ({
  verdict: "Passed",
  reason: "WithinBudget",
  message: "cpu per item +0.20 %",
  profile: "Lean",
  pairs: 40,
  ...difference,
});

const trial = (judged: TrialVerdict | undefined): TrialWorld =>
  trialWorld({
    job: { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" } },
    verdict: judged,
  });

const inTrial = (
  judged: TrialVerdict | undefined,
  difference: Parameters<typeof component>[0] = {},
) =>
  decide(
    world({
      status: status({
        phase: "Alongside",
        components: [
          component({ stage: "Trial", profile: "Lean", attempt: "a1", attempts: 1, ...difference }),
        ],
      }),
      components: [seen({ trial: trial(judged) })],
    }),
  );

const open = { passed: true, reason: "Proven", message: "ok" };
const shut = { passed: false, reason: "NotReady", message: "the collector is not ready" };

describe("phases", () => {
  test("the next phase is not reached while a gate is shut, and status says what is missing", () => {
    const { status: next } = decide(world({ world: { gates: { Alongside: [open, shut] } } }));
    expect(next.phase).toBe("Legacy");
    expect(next.next?.message).toBe("the collector is not ready");
  });

  test("the next phase is reached when every gate is passed, with its evidence in history", () => {
    const { status: next } = decide(world({ world: { gates: { Alongside: [open, open] } } }));
    expect(next.phase).toBe("Alongside");
    expect(next.history.at(-1)?.evidence).toBe("ok; ok");
  });

  describe("with manual approval", () => {
    const manual = (word: string, phase: Phase, extra: Parameters<typeof spec>[0] = {}) => ({
      spec: spec({ approval: "Manual", ...extra }),
      annotations: { "flashcard-otel.dev/approve": word },
      status: status({ phase }),
      world: {
        gates: { Alongside: [open] },
        settings: { images: { collector: "c", jaeger: "j", prometheus: "p" } } as never,
      },
    });

    test("each step waits for its own", () => {
      const asked = manual("", "Legacy");
      const missing = { ...asked, world: { ...asked.world, gates: { Alongside: [shut] } } };
      expect(decide(world(missing)).status.next?.reason).toBe("WaitingForApproval");
      const { phase, next } = decide(world(manual("Alongside", "Alongside"))).status;
      expect([phase, next?.reason]).toEqual(["Alongside", "WaitingForApproval"]);
      expect(decide(world(manual("Alongside", "Legacy"))).status.phase).toBe("Alongside");
    });

    test("nothing of a step begins before it is approved", () => {
      const backends = (word: string) =>
        desired(world(manual(word, "Legacy"))).filter(({ kind }) => kind === "Deployment");
      expect(backends("")).toEqual([]);
      expect(backends("Alongside")).not.toEqual([]);
      const stage = (word: string) =>
        decide(world(manual(word, "Alongside"))).status.components[0]?.stage;
      expect([stage(""), stage("Instrumented")]).toEqual(["Waiting", "Preflight"]);
    });

    test("what an earlier step has reached stays", () => {
      const components = [component({ stage: "Instrumented", hash: "h", profile: "Lean" })];
      const scene = manual("", "Instrumented", { target: "Retired" });
      const { status: after } = decide(
        world({ ...scene, status: status({ phase: "Instrumented", components }) }),
      );
      expect(after).toMatchObject({ phase: "Instrumented", components: [{ hash: "h" }] });
    });

    test("the way back waits for nobody", () => {
      const scene = manual("", "Alongside", { target: "Legacy" });
      expect(decide(world(scene)).status.phase).toBe("Legacy");
    });
  });

  test("a hold annotation keeps the migration below its target", () => {
    const scene = {
      annotations: { "flashcard-otel.dev/hold": "Legacy" },
      world: { gates: { Alongside: [open] } },
    };
    expect(decide(world(scene)).status.phase).toBe("Legacy");
  });

  test("Switched is left only when rules and dashboards are back, and Alongside only when every workload is plain", () => {
    const back = spec({ target: "Legacy" });
    const done = component({ stage: "Instrumented", profile: "Lean" });
    const switching = {
      complete: false,
      undone: false,
      gate: { passed: false, reason: "SwitchingBack", message: "old rules first" },
    };
    const at = (phase: Phase, undone: boolean) =>
      decide(
        world({
          spec: back,
          status: status({ phase, components: [done] }),
          world: { switching: { ...switching, undone } },
        }),
      ).status.phase;
    expect(at("Validated", false)).toBe("Validated");
    expect(at("Validated", true)).toBe("Instrumented");
    expect(at("Alongside", true)).toBe("Alongside");
  });

  test("the legacy emitters go off one by one, and come back everywhere at once", () => {
    const both = ["api", "jobs"].map((name) => ({
      name,
      target: { name },
      trial: { sideEffects: "None", items: { configMap: "items" } },
    }));
    const stages = (target: Phase, legacy: "on" | "off") => {
      const asked = spec({ target, components: both });
      const done = component({ stage: "Instrumented", profile: "Lean", legacy });
      return decide(
        world({
          spec: asked,
          status: status({
            phase: "Switched",
            components: both.map(({ name }) => ({ ...done, name })),
          }),
          components: asked.components.map((each) => seen({ spec: each })),
          world: { gates: { Retired: [open] } },
        }),
      ).status.components.map(({ stage }) => stage);
    };
    expect(stages("Retired", "on")).toEqual(["RollingOut", "Instrumented"]);
    expect(stages("Legacy", "off")).toEqual(["RollingOut", "RollingOut"]);
  });

  test("what is off stays off while nobody can be asked for readers, and comes back for one", () => {
    const stage = (reason: string) =>
      decide(
        world({
          spec: spec({ target: "Retired" }),
          status: status({
            phase: "Switched",
            components: [component({ stage: "Instrumented", profile: "Lean", legacy: "off" })],
          }),
          world: { gates: { Retired: [{ passed: false, reason, message: "m" }] } },
        }),
      ).status.components[0];
    expect(stage("CannotAsk")).toMatchObject({ stage: "Instrumented", legacy: "off" });
    expect(stage("StillRead")).toMatchObject({ stage: "RollingOut", legacy: "on" });
  });

  test("a component that loses its agent takes the phase back to Alongside", () => {
    const failing = [{ pod: "api-2-x", reason: "CrashLoop", message: "restarted 3 times" }];
    const { status: next } = decide(
      world({
        spec: spec({ target: "Retired" }),
        status: status({
          phase: "Switched",
          components: [component({ stage: "Instrumented", profile: "Lean", hash: "h" })],
        }),
        components: [seen({ rollout: rollout({ failing }) })],
      }),
    );
    expect(next.components[0]?.stage).toBe("TakingBack");
    expect(next.phase).toBe("Alongside");
  });
});

describe("a trial", () => {
  test("passed: the rollout begins with the measured profile, and the evidence is sealed first", () => {
    const { status: next, seal } = inTrial(verdict({}));
    expect(next.components[0]).toMatchObject({ stage: "RollingOut", profile: "Lean", attempt: "" });
    expect(next.components[0]?.verdict?.evidence).toBe("pipeline-evidence-api-a1");
    expect(seal.map(({ metadata }) => metadata.name)).toEqual(["pipeline-evidence-api-a1"]);
  });

  test("failed: the next poorer profile is tried under a new attempt", () => {
    const { status: next } = inTrial(verdict({ verdict: "Failed", reason: "OverBudget" }));
    expect(next.components[0]).toMatchObject({ stage: "Trial", profile: "Sampled", attempts: 2 });
    expect(next.components[0]?.attempt).not.toBe("a1");
  });

  test("the poorest profile failed: the component is held and says so", () => {
    const { status: next } = inTrial(
      verdict({ verdict: "Failed", reason: "OverBudget", profile: "Metrics" }),
      { profile: "Metrics" },
    );
    expect(next.components[0]?.stage).toBe("Held");
    expect(next.conditions.find(({ type }) => type === "Stalled")?.status).toBe("True");
  });

  test("an error is tried again with the same profile", () => {
    const { status: next } = inTrial(verdict({ verdict: "Error", reason: "NoSpans" }));
    expect(next.components[0]).toMatchObject({ stage: "Trial", profile: "Lean", attempts: 2 });
  });

  test.each([
    ["while it is there, it is waited for", {}, { stage: "Trial", attempt: "a1" }],
    [
      "once it is lost, that is an error at once, not a timeout",
      { conditions: [{ type: "Failed", status: "True" }] },
      { stage: "Trial", attempts: 2, verdicts: [{ verdict: "Error", reason: "LoadLost" }] },
    ],
  ])("a load without a pod: %s", (_when, jobStatus, expected) => {
    const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" }, status: jobStatus };
    const lost = { ...trial(undefined), job, jobPod: undefined };
    const { status: next } = decide(
      world({
        status: status({
          phase: "Alongside",
          components: [component({ stage: "Trial", profile: "Lean", attempt: "a1", attempts: 1 })],
        }),
        components: [seen({ trial: lost })],
      }),
    );
    expect(next.components[0]).toMatchObject(expected);
  });

  test("running: nothing is sealed and the interval moves in status", () => {
    const { status: next, seal } = inTrial(verdict({ verdict: "Running", reason: "Undecided" }));
    expect(next.components[0]).toMatchObject({ stage: "Trial", attempt: "a1" });
    expect(seal).toEqual([]);
  });

  test("a profile that is known to cost far more than the budget is skipped with that reason", () => {
    const { status: next } = decide(
      world({
        status: status({ phase: "Alongside", components: [component({ stage: "Preflight" })] }),
      }),
    );
    expect(next.components[0]).toMatchObject({ stage: "Trial", profile: "Lean" });
    expect(next.components[0]?.verdicts[0]).toMatchObject({ profile: "Full", reason: "KnownCost" });
  });

  test("the stock SDK cannot be switched per item, so Auto does not try it, whatever the budget", () => {
    const { status: next } = decide(
      world({
        spec: spec({ budget: { cpuPercent: 100 } }),
        status: status({ phase: "Alongside", components: [component({ stage: "Preflight" })] }),
      }),
    );
    expect(next.components[0]).toMatchObject({ stage: "Trial", profile: "Lean" });
    expect(next.components[0]?.verdicts[0]).toMatchObject({
      profile: "Full",
      reason: "NotToggled",
    });
  });

  test("the stock SDK is measured by fresh pairs when it is named", () => {
    const named = { name: "api", target: { name: "api" }, profile: "Full" };
    const full = spec({ budget: { cpuPercent: 50 }, components: [named] });
    const { status: next } = decide(
      world({
        spec: full,
        status: status({ phase: "Alongside", components: [component({ stage: "Preflight" })] }),
        components: [seen({ spec: full.components[0] ?? seen().spec })],
      }),
    );
    expect(next.components[0]).toMatchObject({ stage: "Trial", profile: "Full", pair: 0 });
  });

  describe("of the whole cost", () => {
    const wanting = spec({
      components: [
        {
          name: "api",
          target: { name: "api" },
          trial: { sideEffects: "None", items: { configMap: "items" }, pairs: 20 },
        },
      ],
    });
    const whole = (
      judged: Partial<TrialVerdict>,
      difference: Parameters<typeof component>[0] = { pair: 3, pairSince: ago(5) },
      attempt = trial(verdict({ pairs: 3, ...judged })),
    ) =>
      decide(
        world({
          spec: wanting,
          status: status({
            phase: "Alongside",
            components: [
              component({
                stage: "Trial",
                profile: "Lean",
                attempt: "a1",
                verdicts: [verdict({ estimatePercent: 0.2 })],
                since: ago(500),
                ...difference,
              }),
            ],
          }),
          components: [
            seen({
              spec: wanting.components[0] ?? seen().spec,
              trial: attempt,
            }),
          ],
        }),
      );
    const running = { verdict: "Running", reason: "Measuring" } as const;

    test("begins when an item is within the budget, with a record of its own", () => {
      const { status: next, seal } = whole({}, {});
      expect(next.components[0]).toMatchObject({ stage: "Trial", profile: "Lean", pair: 0 });
      expect(next.components[0]?.attempt).not.toBe("a1");
      expect(seal).toMatchObject([{ immutable: true }]);
    });

    test("a pair that is measured is stored before the next one begins; the record is not sealed yet", () => {
      const { status: next, seal } = whole({ ...running, pairs: 4 });
      expect(next.components[0]).toMatchObject({ attempt: "a1", pair: 4, reason: "NextPair" });
      expect(seal).toHaveLength(1);
      expect(seal[0]).not.toHaveProperty("immutable");
    });

    test("a pair that is still being measured is waited for, and stores nothing", () => {
      const { status: next, seal } = whole({ ...running, pairs: 3 });
      expect(next.components[0]).toMatchObject({ pair: 3, reason: "Measuring" });
      expect(seal).toEqual([]);
    });

    test("passed: the rollout begins, and the verdict holds both intervals", () => {
      const { status: next, seal } = whole({
        reason: "WithinGuard",
        message: "whole cost +1.00 %",
        estimatePercent: 1,
        lowerPercent: -0.5,
        upperPercent: 2.5,
      });
      const [done] = next.components;
      expect(done).toMatchObject({ stage: "RollingOut", profile: "Lean", attempt: "" });
      expect(done).not.toHaveProperty("pair");
      expect(done?.verdict).toMatchObject({
        reason: "WithinBudget",
        message: "cpu per item +0.20 %; whole cost +1.00 %",
        estimatePercent: 0.2,
        guardPercent: 1,
        guardLowerPercent: -0.5,
        guardUpperPercent: 2.5,
      });
      expect(seal).toMatchObject([{ immutable: true }]);
    });

    test("failed: nothing is rolled out, the next profile is tried from the first key on", () => {
      const { status: next } = whole({ verdict: "Failed", reason: "GuardExceeded" });
      expect(next.components[0]).toMatchObject({ stage: "Trial", profile: "Sampled" });
      expect(next.components[0]).not.toHaveProperty("pair");
    });

    test("twins of a later pair have as long to become ready as those of the first", () => {
      const young = { pair: 9, pairSince: ago(5), since: ago(500) };
      const starting = { ...trial(verdict({ ...running, pairs: 9 })), job: undefined };
      const { status: next } = whole({}, young, starting);
      expect(next.components[0]).toMatchObject({ stage: "Trial", attempt: "a1" });
    });
  });

  test("skipped on purpose: OverheadProven is False with reason Skipped", () => {
    const skipping = spec({
      components: [
        { name: "api", target: { name: "api" }, trial: { sideEffects: "None", skip: true } },
      ],
    });
    const [only] = skipping.components;
    const { status: next } = decide(
      world({
        spec: skipping,
        status: status({ phase: "Alongside", components: [component({ stage: "Preflight" })] }),
        components: [seen(only ? { spec: only } : {})],
      }),
    );
    expect(next.components[0]).toMatchObject({ stage: "RollingOut", profile: "Lean" });
    expect(next.conditions.find(({ type }) => type === "OverheadProven")).toMatchObject({
      status: "False",
      reason: "Skipped",
    });
  });

  test("a release in the middle aborts it", () => {
    const { status: next } = inTrial(undefined, { templateHash: "older" });
    expect(next.components[0]).toMatchObject({ stage: "Waiting", reason: "TemplateChanged" });
  });
});

const counting = { run: "pod/0", sentBefore: 0, itemsBefore: 0, failedBefore: 0 };

describe("a rollout", () => {
  const takenBack = (
    difference: Partial<Parameters<typeof rollout>[0]>,
    look: Parameters<typeof seen>[0] = {},
    extra: Parameters<typeof component>[0] = {},
  ) =>
    decide(
      world({
        status: status({
          phase: "Alongside",
          components: [
            component({
              stage: "RollingOut",
              profile: "Lean",
              hash: "h",
              since: ago(20),
              ...extra,
            }),
          ],
        }),
        components: [seen({ rollout: rollout(difference), ...look })],
        world: {
          pulse: {
            ...counting,
            sent: 100,
            items: 25,
            failed: 1,
            longestGapMs: 10,
            lastFailure: "lost item 7",
          },
        },
      }),
    );

  const rolling = (
    difference: Parameters<typeof takenBack>[0],
    extra: Parameters<typeof component>[0] = {},
    look: Parameters<typeof seen>[0] = {},
  ) => takenBack(difference, look, extra).status.components[0];

  test("it says when no pod is made because the API server refuses it, also in the end", () => {
    const refused = { complete: false, updated: 0, refused: "exceeded quota: shop" };
    const say = (since: string) =>
      rolling({ ...refused, asked: { hash: "h", repair: 0 } }, { failedBefore: 1, since })?.message;
    expect(say(ago(20))).toBe("0 of 2 pods updated, 2 available: exceeded quota: shop");
    expect(say(ago(10_000))).toMatch(/not complete after \d+ s: .*: exceeded quota: shop$/);
  });

  test("a failure that the pulse counts takes it back at once", () => {
    expect(rolling({})).toMatchObject({ stage: "TakingBack", reason: "RequestsFailed", hash: "" });
  });

  test("status says what was counted, and keeps how it was counted apart", () => {
    const pulse = {
      ...counting,
      sent: 9,
      items: 3,
      failed: 1,
      longestGapMs: 10,
      lastFailure: undefined,
    };
    expect(decide(world({ world: { pulse } })).status).toMatchObject({
      downtime: { sent: 9, items: 3, failed: 1, longestGapMs: 10 },
      pulse: counting,
    });
    expect(decide(world({ world: { pulse } })).status.downtime).not.toHaveProperty("run");
  });

  test("a failure from before the rollout does not", () => {
    expect(rolling({}, { failedBefore: 1 })).toMatchObject({ stage: "Soaking" });
  });

  test("a signal that is worse on the new pods takes it back at once, with the numbers", () => {
    const guard = [
      { signal: "latency", fresh: 1, old: 1, regressed: false },
      { signal: "errors", fresh: 0.2, old: 0, regressed: true },
    ];
    const next = rolling({ complete: false }, { failedBefore: 1 }, { guard });
    expect(next).toMatchObject({ stage: "TakingBack", reason: "Regression", hash: "" });
    expect(next?.message).toBe("errors is 0.2 on the new pods and 0 on the old ones beside them");
  });

  test("status says whether there was anything to compare", () => {
    const before = { failedBefore: 1, guard: "NotGuarded" as const };
    const guard = [{ signal: "latency", fresh: 1, old: 1, regressed: false }];
    expect(rolling({ complete: false }, before, { guard })?.guard).toBe("Guarded");
    expect(rolling({ complete: false }, before)?.guard).toBe("NotGuarded");
  });

  test("what was seen is kept before the pods go, and the status says where", () => {
    const failing = [{ pod: "api-x", reason: "CrashLoop", message: "crashes" }];
    const remains = { logs: { "api-x.previous.log": "out of memory" }, events: "BackOff" };
    const decision = takenBack({ failing }, { remains });
    const [record] = decision.keep;
    const [only] = decision.status.components;
    expect(record?.metadata.name).toBe(only?.kept);
    expect(record?.metadata).toMatchObject({ labels: { "flashcard-otel.dev/keep": "true" } });
    expect(record?.data).toMatchObject({
      "why.txt": "CrashLoop: pod api-x: crashes\n",
      "api-x.previous.log": "out of memory",
      "events.txt": "BackOff",
    });
    expect(JSON.parse(record?.data?.["numbers.json"] ?? "")).toMatchObject({
      failing,
      signals: [],
      pulse: { sent: 100, items: 25, failed: 1 },
    });
  });

  test("nothing is kept of what goes well, or was only not looked at", () => {
    expect(takenBack({ failing: [] }, {}, { failedBefore: 1 }).keep).toEqual([]);
    expect(takenBack({}, {}).status.components[0]).not.toHaveProperty("kept");
  });

  test("pods that slipped past the webhook are replaced by a surge roll", () => {
    expect(rolling({ plainPods: ["api-2-x"] } as never, { failedBefore: 1 })).toMatchObject({
      stage: "RollingOut",
      reason: "NotInjected",
      repair: 1,
    });
  });
});

describe("laws", () => {
  const stages = fc.constantFrom(...STAGES);
  const phases = fc.constantFrom(...PHASES);

  test("a lowered target never raises the phase, and every component ends plain or is being made plain", () => {
    fc.assert(
      fc.property(phases, stages, (phase, stage) => {
        const { status: next } = decide(
          world({
            spec: spec({ target: "Legacy" }),
            status: status({ phase, components: [component({ stage, profile: "Lean" })] }),
          }),
        );
        expect(rank(next.phase)).toBeLessThanOrEqual(rank(phase));
        if (rank(phase) <= rank("Alongside"))
          expect(["Waiting", "TakingBack"]).toContain(next.components[0]?.stage);
      }),
    );
  });

  test("a migration moves at most one phase up at a time", () => {
    fc.assert(
      fc.property(phases, phases, stages, (target, phase, stage) => {
        const gates = Object.fromEntries(PHASES.map((name) => [name, [open]]));
        const { status: next } = decide(
          world({
            spec: spec({ target }),
            status: status({ phase, components: [component({ stage, profile: "Lean" })] }),
            world: { gates },
          }),
        );
        expect(rank(next.phase)).toBeLessThanOrEqual(rank(phase) + 1);
      }),
    );
  });

  test("in an unchanged world a migration comes to rest: it stops writing status", () => {
    fc.assert(
      fc.property(phases, stages, (phase, stage) => {
        const scene = { spec: spec({ target: phase }) };
        let current = status({ phase, components: [component({ stage, profile: "Lean" })] });
        for (let look = 0; look < 20; look++)
          current = decide(world({ ...scene, status: current })).status;
        expect(decide(world({ ...scene, status: current })).status).toEqual(current);
      }),
    );
  });
});

describe("a trial and its node", () => {
  const placed = (
    node: TrialWorld["node"],
    difference: Parameters<typeof component>[0] = {},
    judged?: TrialVerdict,
  ) => {
    const { components } = decide(
      world({
        status: status({
          phase: "Alongside",
          components: [
            component({
              stage: "Trial",
              profile: "Lean",
              attempt: "a1",
              since: ago(100_000),
              ...difference,
            }),
          ],
        }),
        components: [seen({ trial: { ...trial(judged), job: undefined, node } })],
      }),
    ).status;
    return components[0];
  };
  const taken = { name: "node-1", lease: "Taken", by: "web of other/pipeline" } as const;

  test("that another trial has: it waits, however long, and says for whom", () => {
    expect(placed(taken)).toMatchObject({
      attempt: "a1",
      node: "node-1",
      reason: "NodeBusy",
      message: "waits for node node-1: the trial of web of other/pipeline measures there",
      since: ago(100_000),
    });
  });

  test("that it may take: its time begins now, that of its pair too", () => {
    const free = { name: "node-1", lease: "Free" } as const;
    expect(placed(free)).toMatchObject({ reason: "TwinsStarting", since: ago(0) });
    expect(placed(free, { pair: 2, pairSince: ago(100_000) })).toMatchObject({
      pair: 2,
      since: ago(0),
      pairSince: ago(0),
    });
  });

  test.each<[string, TrialWorld["node"]]>([
    ["it has", { name: "node-1", lease: "Held" }],
    ["the scheduler has not chosen", undefined],
  ])("that %s: its time goes on", (_which, node) => {
    expect(placed(node)).toMatchObject({ verdicts: [{ reason: "TwinsNotReady" }], attempts: 1 });
  });

  test("that was lost when the numbers had decided: the verdict counts", () => {
    expect(placed(taken, {}, verdict({}))).toMatchObject({ stage: "RollingOut" });
  });

  test("goes with the attempt", () => {
    const held = { name: "node-1", lease: "Held" } as const;
    expect(placed(held, { node: "node-1" }, verdict({}))).not.toHaveProperty("node");
  });
});
