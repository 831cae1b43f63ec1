/** One component from stage to stage: what each waits for, what it says meanwhile, and where it goes. */
import { describe, expect, test } from "@jest/globals";
import { agentConfigMap } from "../injection/agent.ts";
import { decide } from "./decide.ts";
import {
  ago,
  component,
  rollout,
  type Scene,
  seen as sight,
  spec,
  status as standing,
  world,
} from "./scenes.ts";
import type { ComponentStatus, Phase } from "./schema.ts";
import type { ComponentWorld, World } from "./types.ts";

const trial = { sideEffects: "None", items: { configMap: "items" } };
const hashOf = (difference: object = {}): string => {
  const [only = sight().spec] = spec({
    components: [{ name: "api", target: { name: "api" }, trial, ...difference }],
  }).components;
  const options = { profile: "Lean", legacyOff: false, agentSource: "// agent" } as const;
  return agentConfigMap(world().migration, only, options).hash;
};
const hash = hashOf();

interface Situation {
  status?: Partial<ComponentStatus>;
  seen?: Partial<ComponentWorld>;
  /** Of the component. */
  spec?: object;
  phase?: Phase;
  target?: Phase;
  annotations?: Scene["annotations"];
  world?: Partial<World>;
  /** Of the whole status. */
  known?: object;
}

const after = (situation: Situation): ComponentStatus => {
  const { phase = "Alongside", target = "Instrumented", annotations, known } = situation;
  const asked = spec({
    target,
    components: [{ name: "api", target: { name: "api" }, trial, ...situation.spec }],
  });
  const [only = sight().spec] = asked.components;
  const [next] = decide(
    world({
      spec: asked,
      status: standing({ phase, components: [component(situation.status)], ...known }),
      components: [sight({ spec: only, ...situation.seen })],
      ...(annotations ? { annotations } : {}),
      ...(situation.world ? { world: situation.world } : {}),
    }),
  ).status.components;
  if (!next) throw new Error("a component went missing");
  return next;
};

const PAUSED = { "flashcard-otel.dev/paused": "true" };
const failing = [{ pod: "api-1", reason: "CrashLoop", message: "restarted 3 times" }];
const asked = { asked: { hash, repair: 0 } };

describe("waiting", () => {
  test("ends with the preflight, of the workload as it is now", () => {
    expect(after({ status: { templateHash: "older" } })).toMatchObject({
      stage: "Preflight",
      reason: "Started",
      templateHash: "template-1",
      since: ago(0),
    });
  });

  test("lasts until the component before it is through", () => {
    const both = ["api", "store"].map((name) => ({ name, target: { name }, trial }));
    const wish = spec({ components: both });
    const { components } = decide(
      world({
        spec: wish,
        status: standing({
          phase: "Alongside",
          components: both.map(({ name }) => component({ name })),
        }),
        components: wish.components.map((one) => sight({ spec: one })),
      }),
    ).status;
    expect(components).toMatchObject([
      { name: "api", stage: "Preflight" },
      { name: "store", stage: "Waiting", reason: "Queued" },
    ]);
  });
});

describe("the preflight", () => {
  const status = { stage: "Preflight" } as const;
  const refusals = [
    { reason: "Recreate", message: "every release has an outage" },
    { reason: "NoReadinessProbe", message: "nobody would know" },
  ];

  test("stays at the first refusal, and says how many more there are", () => {
    expect(after({ status, seen: { refusals } })).toMatchObject({
      stage: "Preflight",
      reason: "Recreate",
      message: "every release has an outage (and 1 more)",
    });
    expect(after({ status, seen: { refusals: refusals.slice(0, 1) } }).message).toBe(
      "every release has an outage",
    );
  });

  test("a pause holds back the trial, not what the preflight has to say", () => {
    expect(after({ status, annotations: PAUSED }).reason).toBe("MigrationPaused");
    expect(after({ status, seen: { refusals }, annotations: PAUSED }).reason).toBe("Recreate");
  });

  test("writes down whom the items would call, as far as anybody knows", () => {
    const outgoing = [{ variable: "URL", host: "example.org", outside: true }];
    expect(after({ status, seen: { outgoing, refusals } }).outgoing).toEqual(outgoing);
    expect(after({ status: { ...status, outgoing }, seen: { refusals } }).outgoing).toEqual(
      outgoing,
    );
  });
});

test("a trial that has begun goes on during a pause", () => {
  const verdict = {
    verdict: "Running",
    reason: "Undecided",
    message: "12 pairs",
    profile: "Lean",
    pairs: 12,
  } as const;
  const attempt = {
    attempt: "a1",
    plain: undefined,
    injected: undefined,
    node: undefined,
    refused: undefined,
    job: { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" } },
    jobPod: undefined,
    evidence: "{}\n",
    verdict,
  };
  const status = { stage: "Trial", profile: "Lean", attempt: "a1" } as const;
  expect(after({ status, seen: { trial: attempt }, annotations: PAUSED })).toMatchObject({
    stage: "Trial",
    reason: "Undecided",
    verdict,
  });
});

describe("a rollout", () => {
  const status = { stage: "RollingOut", profile: "Lean", hash, since: ago(20) } as const;
  const at = (difference: Parameters<typeof rollout>[0], more: Partial<ComponentWorld> = {}) => ({
    status,
    seen: { rollout: rollout({ ...asked, ...difference }), ...more },
  });

  test("waits for a workload that does not exist", () => {
    expect(after({ status, seen: { rollout: undefined } })).toMatchObject({
      stage: "RollingOut",
      reason: "WorkloadMissing",
      message: "Deployment api does not exist",
    });
  });

  test("says how far it is", () => {
    expect(after(at({ complete: false, updated: 1, total: 3, available: 2 }))).toMatchObject({
      reason: "RollingOut",
      message: "1 of 3 pods updated, 2 available",
    });
  });

  test("soaks when all pods carry the agent", () => {
    expect(after(at({}))).toMatchObject({ stage: "Soaking", reason: "RolledOut", since: ago(0) });
  });

  test("is taken back when the webhook has looked at a pod and refused: it would refuse again", () => {
    const skipped = [{ pod: "api-1", reason: "NodeTooOld", message: "Node 16" }];
    expect(after(at({ skipped, plainPods: ["api-1"] }))).toMatchObject({
      stage: "TakingBack",
      reason: "NodeTooOld",
      message: "pod api-1 was left plain: Node 16",
    });
  });

  describe("with pods that slipped past the webhook", () => {
    const slipped = { plainPods: ["api-1", "api-2"] };
    const pulse = {
      run: "pod/0",
      sent: 9,
      items: 3,
      failed: 2,
      longestGapMs: 1,
      lastFailure: undefined,
      sentBefore: 0,
      itemsBefore: 0,
      failedBefore: 0,
    };

    test("replaces them, by a change of the annotation alone; failures until then are not its own", () => {
      const before = { ...at(slipped), status: { ...status, failedBefore: 2 } };
      expect(after({ ...before, world: { pulse } })).toMatchObject({
        stage: "RollingOut",
        reason: "NotInjected",
        message: "2 pods started plain (api-1): replacing them",
        hash,
        repair: 1,
        failedBefore: 2,
      });
    });

    test("waits until the webhook answers: new pods would start plain like the old ones", () => {
      const webhook = { reason: "WebhookSilent", message: "it does not answer" };
      expect(after(at(slipped, { webhook }))).toMatchObject({
        stage: "RollingOut",
        reason: "WebhookSilent",
        repair: 0,
      });
    });

    test("replaces none during a pause", () => {
      expect(after({ ...at(slipped), annotations: PAUSED })).toMatchObject({
        reason: "MigrationPaused",
        repair: 0,
      });
    });
  });

  test("of a StatefulSet stands still during a pause: no further pod is renewed", () => {
    const first = { complete: false, updated: 1, available: 3, total: 3 };
    const store = { spec: { target: { kind: "StatefulSet", name: "api" } } };
    const halfway = { ...at(first), ...store, status: { ...status, partition: 2 } };
    expect(after(halfway)).toMatchObject({ partition: 0 });
    expect(after({ ...halfway, annotations: PAUSED })).toMatchObject({
      partition: 2,
      reason: "MigrationPaused",
    });
  });
});

describe("soaking", () => {
  const soaking = (seconds: number) =>
    ({ stage: "Soaking", profile: "Lean", hash, since: ago(seconds) }) as const;

  test("ends when the telemetry of the new pods has arrived", () => {
    expect(after({ status: soaking(20), seen: { telemetrySeen: true } })).toMatchObject({
      stage: "Instrumented",
      reason: "Proven",
    });
  });

  test("waits two minutes for it and then takes the agent back", () => {
    expect(after({ status: soaking(119) })).toMatchObject({
      stage: "Soaking",
      reason: "WaitingForTelemetry",
    });
    expect(after({ status: soaking(120) })).toMatchObject({
      stage: "TakingBack",
      reason: "NoTelemetry",
    });
  });

  test("is a rollout again when pods are replaced once more", () => {
    const rolling = { rollout: rollout({ ...asked, complete: false }), telemetrySeen: true };
    expect(after({ status: soaking(20), seen: rolling }).stage).toBe("RollingOut");
  });

  test("a workload that is gone has nothing to roll out", () => {
    expect(after({ status: soaking(20), seen: { rollout: undefined } }).stage).toBe("Soaking");
  });

  test("a pod in trouble takes the agent back", () => {
    const seen = { rollout: rollout({ ...asked, failing }), telemetrySeen: true };
    expect(after({ status: soaking(20), seen })).toMatchObject({
      stage: "TakingBack",
      reason: "CrashLoop",
    });
  });
});

describe("an instrumented component", () => {
  const instrumented = { stage: "Instrumented", profile: "Lean", hash } as const;
  const resting = { phase: "Instrumented", status: instrumented } as const;

  test("keeps the words of its verdict", () => {
    const verdict = {
      verdict: "Passed",
      reason: "WithinBudget",
      message: "cpu per item +0.20 %",
      profile: "Lean",
      pairs: 40,
    } as const;
    const status = { ...instrumented, verdict };
    expect(after({ ...resting, status })).toMatchObject({
      reason: "Proven",
      message: "cpu per item +0.20 %",
    });
    expect(after(resting)).toMatchObject({ reason: "Proven", message: "" });
  });

  test("has pods replaced that came without the agent, once no rollout is under way", () => {
    const plainPods = ["api-1"];
    const at = (complete: boolean) => ({
      ...resting,
      seen: { rollout: rollout({ ...asked, plainPods, complete }) },
    });
    expect(after(at(true))).toMatchObject({ stage: "RollingOut", reason: "NotInjected" });
    expect(after(at(false))).toMatchObject({ stage: "Instrumented" });
    expect(after({ ...resting, seen: { rollout: undefined } }).stage).toBe("Instrumented");
  });

  describe("whose legacy emitter shall go off", () => {
    const retiring: Situation = {
      status: instrumented,
      phase: "Switched",
      target: "Retired",
      world: { gates: { Retired: [{ passed: true, reason: "NoReaders", message: "" }] } },
    };

    test("restarts for it where the emitter is switched by its environment", () => {
      const legacyOff = { env: { name: "LEGACY", value: "off" } };
      const status = { ...instrumented, hash: hashOf({ legacyOff }) };
      expect(after({ ...retiring, status, spec: { legacyOff } })).toMatchObject({
        stage: "RollingOut",
        reason: "LegacySwitch",
        message: "restarting with the legacy emitter off",
        legacy: "off",
      });
    });

    test("restarts for nothing where there is nothing to switch", () => {
      expect(after(retiring)).toMatchObject({ stage: "Instrumented", legacy: "off", hash });
    });
  });

  test("gets the present agent without a trial where none is wanted, when its rollouts are over", () => {
    const outdated = {
      ...resting,
      status: { ...instrumented, hash: "0123456789" },
      spec: { trial: { sideEffects: "None", skip: true } },
    };
    expect(after(outdated)).toMatchObject({
      stage: "RollingOut",
      reason: "AgentChanged",
      message: "renewing the pods with the present agent",
    });
    for (const other of [rollout({ complete: false }), undefined])
      expect(after({ ...outdated, seen: { rollout: other } })).toMatchObject({
        stage: "Instrumented",
        reason: "Stale",
      });
  });
});

describe("taking back", () => {
  const why = { reason: "CrashLoop", message: "restarted 3 times" };
  const status = { stage: "TakingBack", profile: "Lean", ...why } as const;
  const carrying = { rollout: rollout({ asked: undefined, injectedPods: ["api-1"] }) };
  const plain = { rollout: rollout({ asked: undefined }) };

  test("goes on until no pod carries the agent, and says why all the time", () => {
    expect(after({ status, seen: carrying })).toMatchObject(status);
    const rolling = { rollout: rollout({ asked: undefined, complete: false }) };
    expect(after({ status, seen: rolling })).toMatchObject(status);
  });

  test("goes on while the workload still asks for the agent", () => {
    expect(after({ status, seen: { rollout: rollout() } })).toMatchObject(status);
  });

  test.each([
    ["Hold", "TakenBack"],
    ["Skip", "Skipped"],
  ])("ends, with onFailure: %s, at %s", (onFailure, stage) => {
    const end = after({ status, spec: { onFailure }, seen: plain });
    expect(end).toMatchObject({ stage, ...why, since: ago(0) });
  });

  test("leaves nothing behind where no agent is wanted any more", () => {
    const end = after({ status, target: "Legacy", seen: plain });
    expect(end).toMatchObject({ stage: "Waiting", reason: "Plain" });
  });
});

describe.each(["TakenBack", "Held", "Skipped"] as const)("%s", (stage) => {
  const RETRY = "flashcard-otel.dev/retry";
  const status = { stage, reason: "CrashLoop", message: "restarted 3 times" } as const;

  test.each<[string, Situation]>([
    ["while nothing changes", {}],
    [
      "by a retry that was acknowledged",
      { annotations: { [RETRY]: "1" }, known: { acknowledged: { [RETRY]: "1" } } },
    ],
    ["by a retry without a word", { annotations: { [RETRY]: "" } }],
  ])("stays %s", (_why, situation) => {
    expect(after({ status, ...situation })).toMatchObject(status);
  });

  test.each<[string, Situation]>([
    [
      "a new word of retry",
      { annotations: { [RETRY]: "2" }, known: { acknowledged: { [RETRY]: "1" } } },
    ],
    ["a change of the spec", { known: { observedGeneration: 0 } }],
    ["a release of the user's", { seen: { templateHash: "template-2" } }],
  ])("begins anew by %s", (_what, situation) => {
    expect(after({ status, ...situation })).toMatchObject({ stage: "Waiting", reason: "Plain" });
  });
});

describe("when the target is lowered", () => {
  test.each(["RollingOut", "Soaking", "Instrumented"] as const)(
    "what may carry the agent gives it back: %s",
    (stage) => {
      const status = { stage, profile: "Lean", hash } as const;
      expect(after({ status, target: "Alongside" })).toMatchObject({
        stage: "TakingBack",
        reason: "Retreat",
        hash: "",
      });
    },
  );

  test.each(["Waiting", "Preflight", "Trial", "TakenBack", "Held", "Skipped"] as const)(
    "what carries none is plain at once, and still knows how often it was tried: %s",
    (stage) => {
      const status = { stage, attempts: 3, reason: "Before" };
      expect(after({ status, target: "Alongside" })).toMatchObject({
        stage: "Waiting",
        reason: "Plain",
        message: "not instrumented",
        attempts: 3,
      });
    },
  );
});

describe("when the target was lowered and is raised again", () => {
  const plain = { rollout: rollout({ asked: undefined }) };

  test.each(["Retreat", "Unlisted"])(
    "a takeback for %s ends where it can begin again",
    (reason) => {
      expect(
        after({ status: { stage: "TakingBack", reason, hash: "" }, seen: plain }),
      ).toMatchObject({
        stage: "Waiting",
      });
    },
  );

  test("one for a fault ends where it stays", () => {
    const status = { stage: "TakingBack", reason: "CrashLoop", hash: "" } as const;
    expect(after({ status, seen: plain })).toMatchObject({
      stage: "TakenBack",
      reason: "CrashLoop",
    });
  });
});

describe("a rollout that no workload has been asked for", () => {
  const status = { stage: "RollingOut", profile: "Lean", hash: "0000000000" } as const;

  test("begins anew when the agent has become another one meanwhile", () => {
    const unasked = { rollout: rollout({ asked: undefined }) };
    expect(after({ status, seen: unasked })).toMatchObject({ stage: "Waiting" });
    expect(after({ status: { ...status, hash }, seen: unasked })).toMatchObject({ hash });
  });

  test("goes on when the workload has been", () => {
    const written = {
      rollout: rollout({ asked: { hash: "0000000000", repair: 0 }, complete: false }),
    };
    expect(after({ status, seen: written })).toMatchObject({
      stage: "RollingOut",
      hash: "0000000000",
    });
  });
});

test("failures from before a rollout are not its own, also when the pulse cannot be read as it begins", () => {
  const downtime = { sent: 9, items: 3, failed: 2, longestGapMs: 1 };
  const skipped = {
    trial: { sideEffects: "None", skip: true },
    rollout: { acceptNotGuarded: true },
  };
  expect(
    after({ status: { stage: "Preflight" }, spec: skipped, known: { downtime } }),
  ).toMatchObject({ stage: "RollingOut", failedBefore: 2 });
});
