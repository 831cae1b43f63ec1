import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { type ComponentSpec, specSchema } from "../migration/schema.ts";
import { dryRunPod, dryRunRefusal } from "./dryrun.ts";
import { AGENT_ANNOTATION, INJECTED_ANNOTATION, SKIPPED_ANNOTATION } from "./names.ts";
import type { Container, DeploymentSpec } from "./pod.ts";
import { preflight } from "./preflight.ts";
import type { Look } from "./question.ts";

const component = (difference: object = {}): ComponentSpec => {
  const [only] = specSchema.parse({
    target: "Instrumented",
    components: [
      { name: "api", target: { name: "api" }, rollout: { acceptNotGuarded: true }, ...difference },
    ],
  }).components;
  if (!only) throw new Error("no component");
  return only;
};

interface Difference {
  spec?: Partial<DeploymentSpec>;
  container?: Partial<Container>;
  containers?: Container[];
  annotations?: Record<string, string>;
  status?: object;
}

const healthy: Container = {
  name: "app",
  readinessProbe: { httpGet: { path: "/readyz", port: 8080 } },
};

const deployment = (difference: Difference = {}): Manifest => {
  const { spec, container, containers, annotations = {}, status } = difference;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "api", namespace: "shop", generation: 3 },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "api" } },
      strategy: {
        type: "RollingUpdate",
        rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
      },
      template: {
        metadata: { labels: { app: "api" }, annotations },
        spec: { containers: containers ?? [{ ...healthy, ...container }] },
      },
      ...spec,
    },
    status: {
      observedGeneration: 3,
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
      ...status,
    },
  };
};

const reasons = (look: Partial<Look> = {}): string[] =>
  preflight({
    spec: component(),
    deployment: deployment(),
    images: { operator: "operator:1" },
    ...look,
  }).refusals.map(({ reason }) => reason);

test("a rollout that nothing would notice is accepted by name", () => {
  const unguarded = component({ rollout: {} });
  expect(reasons({ spec: unguarded })).toEqual(["NotGuarded"]);
  const signals = [{ name: "errors", query: "sum by (pod) (errors)" }];
  expect(reasons({ spec: component({ rollout: {}, signals }) })).toEqual([]);
  expect(reasons()).toEqual([]);
});

const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({
  strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } },
});

const scaler = (minReplicas: number): Manifest => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "api" },
  spec: { minReplicas, scaleTargetRef: { name: "api" } },
});

const budget = (app: string): Manifest => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "tight" },
  spec: { selector: { matchLabels: { app } } },
  status: { disruptionsAllowed: 0 },
});

const crashing = (app: string): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "api-1", labels: { app } },
  status: {
    containerStatuses: [{ name: "app", state: { waiting: { reason: "CrashLoopBackOff" } } }],
  },
});

describe("preflight", () => {
  test("has nothing against a healthy workload and says how far the first step goes", () => {
    const look = {
      spec: component(),
      deployment: deployment(),
      images: { operator: "operator:1" },
    };
    expect(preflight(look)).toEqual({
      refusals: [],
      notes: ["the first step of the rollout changes 33 % of the pods"],
    });
  });

  test.each<[string, string, Difference]>([
    ["is paused", "Paused", { spec: { paused: true } }],
    [
      "has no replicas",
      "ScaledToZero",
      { spec: { replicas: 0 }, status: { replicas: 0, updatedReplicas: 0 } },
    ],
    ["stops all pods first", "Recreate", { spec: { strategy: { type: "Recreate" } } }],
    [
      "has one replica that may be unavailable",
      "NoneStaysAvailable",
      { spec: { replicas: 1, ...rolling(0, 1) }, status: { replicas: 1, updatedReplicas: 1 } },
    ],
    ["may stop all of its pods", "NoneStaysAvailable", { spec: rolling(0, "100%") }],
    ["has no readiness probe", "NoReadinessProbe", { containers: [{ name: "app" }] }],
    [
      "is probed by a command although it needs a trial",
      "ReadinessNotHttp",
      { container: { readinessProbe: { exec: {} } } },
    ],
    [
      "gives up before it has soaked",
      "ProgressDeadlineTooShort",
      { spec: { progressDeadlineSeconds: 90 } },
    ],
    ["soaks too short by itself", "MinReadySecondsTooShort", { spec: { minReadySeconds: 10 } }],
    ["changes too much at once", "FirstShareTooLarge", { spec: rolling("100%", 1) }],
    [
      "takes NODE_OPTIONS from a source",
      "NodeOptionsUnknown",
      { container: { envFrom: [{ configMapRef: { name: "settings" } }] } },
    ],
    [
      "has another agent",
      "OtherAgent",
      { container: { command: ["node", "-r", "newrelic", "app.js"] } },
    ],
    [
      "is a copy of an injected pod",
      "InjectedDifferently",
      { annotations: { [INJECTED_ANNOTATION]: "lean@aaaaaaaaaa" } },
    ],
    [
      "has telemetry switched off by its owner",
      "DisabledByUser",
      { container: { env: [{ name: "OTEL_SDK_DISABLED", value: "true" }] } },
    ],
    [
      "has hardly any memory",
      "MemoryLimitTooLow",
      { container: { resources: { limits: { memory: "32Mi" } } } },
    ],
    ["is rolling out", "RolloutInProgress", { status: { updatedReplicas: 1 } }],
    ["has changes nobody has seen yet", "RolloutInProgress", { status: { observedGeneration: 2 } }],
    ["is not healthy", "Unhealthy", { status: { availableReplicas: 1 } }],
  ])("refuses a workload that %s", (_case, expected, difference) => {
    const pod = { spec: component(), deployment: deployment(difference) };
    expect(reasons(pod)).toContain(expected);
  });

  test.each<[string, Difference]>([
    [
      "one replica that is replaced by surge",
      { spec: { replicas: 1 }, status: { replicas: 1, updatedReplicas: 1, availableReplicas: 1 } },
    ],
    ["a soak of its own that is long enough", { spec: { minReadySeconds: 60 } }],
    ["memory in any unit", { container: { resources: { limits: { memory: "1Gi" } } } }],
  ])("accepts %s", (_case, difference) => {
    expect(reasons({ deployment: deployment(difference) })).toEqual([]);
  });

  test("says that the workload is missing, and nothing else", () => {
    expect(reasons({ deployment: undefined })).toEqual(["WorkloadMissing"]);
  });

  test("wants to be told which of several containers it is", () => {
    const several = deployment({ containers: [{ name: "mesh" }, healthy] });
    expect(reasons({ deployment: several })).toEqual(["ContainerAmbiguous"]);
    const named = component({ target: { name: "api", container: "app" } });
    expect(reasons({ deployment: several, spec: named })).toEqual([]);
    const wrong = component({ target: { name: "api", container: "web" } });
    expect(reasons({ deployment: several, spec: wrong })).toEqual(["ContainerMissing"]);
  });

  test("needs no HTTP probe where there is no trial", () => {
    const spec = component({ trial: { sideEffects: "None", skip: true } });
    const tcp = deployment({ container: { readinessProbe: { tcpSocket: {} } } });
    expect(reasons({ spec, deployment: tcp })).toEqual([]);
  });

  test("counts on the fewest replicas an autoscaler may leave", () => {
    const tight = deployment({ spec: rolling(0, 1) });
    expect(reasons({ deployment: tight, autoscalers: [scaler(1)] })).toContain(
      "NoneStaysAvailable",
    );
    expect(reasons({ deployment: tight, autoscalers: [scaler(2)] })).not.toContain(
      "NoneStaysAvailable",
    );
  });

  test("refuses under a disruption budget that allows nothing, and ignores those of others", () => {
    expect(reasons({ disruptionBudgets: [budget("api")] })).toEqual(["NoDisruptionAllowed"]);
    expect(reasons({ disruptionBudgets: [budget("web")] })).toEqual([]);
  });

  test("refuses while a pod of the workload is crash looping", () => {
    expect(reasons({ pods: [crashing("api")] })).toEqual(["Unhealthy"]);
    expect(reasons({ pods: [crashing("web")] })).toEqual([]);
  });
});

const workloadOf = (kind: string, spec: object = {}): Partial<Look> => ({
  spec: component({
    target: { kind, name: "api" },
    trial: { sideEffects: "None", acceptUnmeasured: true },
  }),
  deployment: { ...deployment({ spec }), kind },
});

describe("a StatefulSet", () => {
  test("is renewed pod by pod, whatever the strategy of a Deployment would say", () => {
    expect(
      preflight({ images: { operator: "operator:1" }, ...workloadOf("StatefulSet") } as Look),
    ).toEqual({
      refusals: [],
      notes: ["the first step of the rollout changes one of 2 pods"],
    });
  });

  test.each<[string, object, string]>([
    ["whose pods nobody renews", { updateStrategy: { type: "OnDelete" } }, "OnDelete"],
    [
      "in the middle of its user's rollout",
      { updateStrategy: { rollingUpdate: { partition: 1 } } },
      "PartitionSet",
    ],
    ["with one pod", { replicas: 1 }, "NoneStaysAvailable"],
    ["without pods", { replicas: 0 }, "ScaledToZero"],
    ["with a soak of its own that is too short", { minReadySeconds: 5 }, "MinReadySecondsTooShort"],
  ])("%s is refused", (_what, spec, reason) => {
    expect(reasons(workloadOf("StatefulSet", spec))).toContain(reason);
  });

  test("that would renew too large a share first is refused", () => {
    const { spec, ...rest } = workloadOf("StatefulSet");
    const rollout = { soakSeconds: 60, maxFirstShare: 49, acceptNotGuarded: true };
    const careful = { ...spec, rollout } as ComponentSpec;
    expect(reasons({ ...rest, spec: careful })).toEqual(["FirstShareTooLarge"]);
  });

  test("keeps its claims in the dry run", () => {
    const volumeClaimTemplates = [{ metadata: { name: "data" } }];
    const pod = dryRunPod(deployment({ spec: { volumeClaimTemplates } }), "lean@0123456789");
    expect(pod.spec).toMatchObject({
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
    });
  });
});

describe("a CronJob", () => {
  test("needs neither probe nor replicas, but a word that it may go unmeasured", () => {
    const look = workloadOf("CronJob", { replicas: undefined });
    expect(reasons(look)).toEqual([]);
    const spec = component({ target: { kind: "CronJob", name: "api" } });
    expect(reasons({ ...look, spec })).toEqual(["NotMeasured"]);
  });

  test("that is suspended is refused: no run would prove anything", () => {
    expect(reasons(workloadOf("CronJob", { suspend: true }))).toEqual(["Suspended"]);
  });
});

describe("the dry run", () => {
  test("sends the pod that the next ReplicaSet would create", () => {
    const pod = dryRunPod(deployment({ annotations: { team: "a" } }), "lean@0123456789");
    expect(pod.metadata).toMatchObject({
      namespace: "shop",
      labels: { app: "api" },
      annotations: { team: "a", [AGENT_ANNOTATION]: "lean@0123456789" },
    });
  });

  test.each([
    [{ [INJECTED_ANNOTATION]: "lean@0123456789" }, undefined],
    [{ [SKIPPED_ANNOTATION]: "OtherAgent: dd-trace: is here" }, "OtherAgent"],
    [{}, "WebhookSilent"],
  ])("reads the answer %j", (annotations, expected) => {
    const answered = { ...dryRunPod(deployment(), "x"), metadata: { name: "x", annotations } };
    expect(dryRunRefusal(answered)?.reason).toBe(expected);
  });
});
