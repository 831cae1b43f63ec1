/** Any world whatever, for the laws of `decide`: also those that no run would ever lead to. */
import * as fc from "fast-check";
import type { Failure } from "../rollout/failing.ts";
import { ago, component, NOW, rollout, seen, spec, status, world } from "./scenes.ts";
import { PHASES, PROFILES, STAGES, type TrialVerdict } from "./schema.ts";
import type { ComponentWorld, Gate, TrialNode, TrialWorld, World } from "./types.ts";

const gate = fc.boolean().map((passed): Gate => ({ passed, reason: "Gate", message: "gate" }));
const hash = fc.constantFrom("", "h", "other");
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });

const verdict = fc.record({
  verdict: fc.constantFrom<TrialVerdict["verdict"]>(
    "Running",
    "Passed",
    "Failed",
    "Inconclusive",
    "Error",
  ),
  profile: fc.constantFrom(...PROFILES),
  reason: fc.constant("Judged"),
  message: fc.constant("judged"),
  pairs: fc.constant(1),
});

const node = fc.constantFrom<TrialNode>(
  { name: "node-1", lease: "Held" },
  { name: "node-1", lease: "Free" },
  { name: "node-1", lease: "Taken", by: "api of other/pipeline" },
);

const trial = fc
  .record({ judged: maybe(verdict), place: maybe(node) })
  .map(({ judged, place }): TrialWorld => ({
    attempt: "a1",
    plain: undefined,
    injected: undefined,
    node: place,
    refused: undefined,
    job: undefined,
    jobPod: undefined,
    evidence: "{}\n",
    verdict: judged,
  }));

const rolling = fc
  .record({
    asked: maybe(fc.record({ hash, repair: fc.constantFrom(0, 1) })),
    complete: fc.boolean(),
    updated: fc.nat(3),
    available: fc.nat(3),
    total: fc.nat(3),
    plainPods: fc.constantFrom<string[]>([], ["api-x"]),
    injectedPods: fc.constantFrom<string[]>([], ["api-y"]),
    failing: fc.constantFrom<Failure[]>(
      [],
      [{ pod: "api-y", reason: "CrashLoop", message: "crashes" }],
    ),
  })
  .map(rollout);

const known = fc
  .record({
    stage: fc.constantFrom(...STAGES),
    profile: maybe(fc.constantFrom(...PROFILES)),
    hash,
    legacy: fc.constantFrom("on", "off"),
    attempt: fc.constantFrom("", "a1"),
    partition: maybe(fc.nat(2)),
    failedBefore: maybe(fc.nat(2)),
    templateHash: fc.constantFrom("template-1", "template-2"),
    since: fc.constantFrom(ago(5), ago(100_000)),
  })
  .map(component);

const looked = fc.record({
  rollout: maybe(rolling),
  refusals: fc.constantFrom<ComponentWorld["refusals"]>(
    [],
    [{ reason: "Recreate", message: "refused" }],
  ),
  webhook: maybe(fc.constant({ reason: "WebhookSilent", message: "silent" })),
  trial: maybe(trial),
  telemetrySeen: maybe(fc.boolean()),
  guard: fc.constantFrom<ComponentWorld["guard"]>(
    [],
    [{ signal: "errors", fresh: 1, old: 1, regressed: false }],
    [{ signal: "errors", fresh: 2, old: 1, regressed: true }],
  ),
  templateHash: fc.constantFrom("template-1", "template-2"),
});

const asked = (name: string) =>
  fc.record({
    name: fc.constant(name),
    target: fc.record({
      kind: fc.constantFrom("Deployment", "StatefulSet", "CronJob"),
      name: fc.constant(name),
    }),
    onFailure: fc.constantFrom("Hold", "Skip"),
    trial: fc.record({
      sideEffects: fc.constant("None"),
      items: fc.constant({ configMap: "items" }),
      skip: fc.boolean(),
    }),
  });

const words = fc.record(
  {
    "flashcard-otel.dev/paused": fc.constant("true"),
    "flashcard-otel.dev/hold": fc.constantFrom(...PHASES),
    "flashcard-otel.dev/approve": fc.constantFrom(...PHASES),
    "flashcard-otel.dev/retry": fc.constantFrom("1", "2"),
  },
  { requiredKeys: [] },
);

const names = ["api", "store"];
const hour = 3_600_000;
const at = (ms: number): string => `${new Date(NOW.getTime() + ms).toISOString().slice(0, 19)}Z`;

/** Instrumented is reached by its components alone: nothing else is ever gathered for it. */
const GATED = PHASES.filter((phase) => phase !== "Legacy" && phase !== "Instrumented");

export const anyWorld: fc.Arbitrary<World> = fc
  .record({
    phase: fc.constantFrom(...PHASES),
    target: fc.constantFrom(...PHASES),
    approval: fc.constantFrom("Automatic", "Manual"),
    revalidate: fc.constantFrom("OnRelease", "Never"),
    freeze: fc.constantFrom([], [{ from: at(-hour), until: at(hour) }]),
    components: fc.tuple(asked("api"), asked("store")),
    known: fc.tuple(known, known),
    looked: fc.tuple(looked, looked),
    annotations: words,
    deleted: fc.boolean(),
    gates: fc.dictionary(fc.constantFrom(...GATED), fc.array(gate, { maxLength: 2 })),
    pulse: maybe(
      fc.record({
        sent: fc.nat(9),
        items: fc.nat(9),
        failed: fc.nat(3),
        longestGapMs: fc.nat(9),
        lastFailure: fc.constant(undefined),
        run: fc.constant("pod/0"),
        sentBefore: fc.constant(0),
        itemsBefore: fc.constant(0),
        failedBefore: fc.constant(0),
      }),
    ),
    objectives: maybe(
      fc.array(
        fc.record({
          name: fc.constant("calls"),
          state: fc.constantFrom("Met", "Burning", "NoData"),
        }),
        { maxLength: 2 },
      ),
    ),
    switching: maybe(fc.record({ complete: fc.boolean(), undone: fc.boolean(), gate })),
  })
  .map(
    ({
      phase,
      known: before,
      looked: look,
      annotations,
      deleted,
      gates,
      pulse,
      objectives,
      switching,
      ...fields
    }) => {
      const wish = spec(fields);
      const components = wish.components.map((one, nth): ComponentWorld =>
        seen({ ...look[nth], spec: one }),
      );
      const remembered = before.map((one, nth) => ({ ...one, name: names[nth] ?? "" }));
      return world({
        spec: wish,
        status: status({ phase, components: remembered }),
        components,
        annotations,
        deleted,
        world: { gates, pulse, objectives, switching },
      });
    },
  );
