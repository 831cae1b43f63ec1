/** The chart as helm prints it, on a real API server: accepted, restricted, with no right too many and none missing. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "../e2e/kit/wait.ts";
import { lintChart } from "../tools/chart.ts";
import { MANIFESTS, printed } from "../tools/manifests.ts";
import { ownBoard } from "./board/own.ts";
import type { Cluster, Manifest } from "./cluster/cluster.ts";
import { oursOn, withTemplate, workloadPatch } from "./injection/workload.ts";
import { type ComponentSpec, GROUP, KIND, VERSION } from "./migration/schema.ts";
import type { Migration } from "./migration/types.ts";
import { openRig, renderChart as print, type Rig } from "./rig.ts";
import { type Rule, rulesOf } from "./rights.ts";
import { settingsFrom, webhookNames } from "./settings.ts";
import { uninstall } from "./uninstall.ts";

const HOME = "flashcard-otel";
const OPERATOR = `system:serviceaccount:${HOME}:rel-controller`;
const WEBHOOK = `system:serviceaccount:${HOME}:rel-webhook`;

let rig: Rig;
let operator: Cluster;

/** What is installed; hooks come and go, and have a test of their own. */
const render = (...args: string[]): Promise<Manifest[]> => print("--no-hooks", ...args);

beforeAll(async () => {
  rig = await openRig();
  const restricted = { "pod-security.kubernetes.io/enforce": "restricted" };
  await rig.kubectl.apply({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: HOME, labels: restricted },
  });
  for (const name of ["flashcards", "other"])
    await rig.kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  for (const manifest of await render()) await rig.kubectl.apply(manifest);
  operator = rig.as(OPERATOR);
}, 240_000);

afterAll(() => rig.stop());

describe("rights", () => {
  const CLUSTER = "admissionregistration.k8s.io/mutatingwebhookconfigurations[rel-webhook]";
  const isCluster = (right: string): boolean => right.startsWith(CLUSTER);

  test("are per namespace when there is a list, the same as for all, and then nowhere else", async () => {
    const everywhere = rulesOf(await render(), "ClusterRole");
    const manifests = await render("--set", "namespaces={flashcards}");
    const inNamespace = rulesOf(manifests, "Role", "flashcards");
    expect(inNamespace).toEqual(everywhere.filter((right) => !isCluster(right)));
    expect(rulesOf(manifests, "ClusterRole")).toEqual(everywhere.filter(isCluster));
    expect(manifests.filter(({ kind }) => kind === "Role")).toHaveLength(2);
  });

  test("to write migrations come with the cluster's roles edit and admin, to see them with view", async () => {
    const isForPeople = ({ metadata }: Manifest) => /-(edit|view)$/.test(metadata.name);
    const roles = (await render()).filter(isForPeople);
    const granted = roles.map(({ metadata: { labels = {} }, ...role }) => [
      Object.keys(labels).flatMap((name) => name.split("/aggregate-to-")[1] ?? []),
      (role["rules"] as Rule[]).flatMap(({ resources, verbs }) => [resources, verbs]),
    ]);
    expect(granted).toEqual([
      [
        ["edit", "admin"],
        [["flashcardtelemetries"], ["create", "update", "patch", "delete"]],
      ],
      [["view"], [["flashcardtelemetries"], ["get", "list", "watch"]]],
    ]);
    expect((await render("--set", "aggregateRoles=false")).filter(isForPeople)).toEqual([]);
  });

  const never: [verb: string, group: string, resource: string, namespace: string][] = [
    ["list", "", "secrets", HOME],
    ["get", "", "secrets", "flashcards"],
    ["create", "", "serviceaccounts/token", HOME],
    ["create", "", "pods/exec", "flashcards"],
    ["create", "", "pods/portforward", "flashcards"],
    ["get", "", "nodes/proxy", ""],
    ["create", "rbac.authorization.k8s.io", "clusterrolebindings", ""],
    ["escalate", "rbac.authorization.k8s.io", "clusterroles", ""],
    ["impersonate", "", "users", ""],
    ["patch", "", "namespaces", ""],
    ["deletecollection", "", "pods", "flashcards"],
    ["create", "flashcard-otel.dev", "flashcardtelemetries", "flashcards"],
  ];

  const mayDo = async (
    user: string,
    [verb, group, resource, namespace]: (typeof never)[number],
  ): Promise<boolean> => {
    const [name, subresource] = resource.split("/");
    const attributes = {
      verb,
      group,
      resource: name,
      namespace,
      ...(subresource ? { subresource } : {}),
    };
    const answer = await rig.kubectl.create({
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      metadata: {} as never,
      spec: { user, resourceAttributes: attributes },
    });
    return (answer.status as { allowed: boolean }).allowed;
  };

  test.each(never)("never %s %s %s in %s", async (...right) => {
    expect(await mayDo(OPERATOR, right)).toBe(false);
  });

  test("the webhook has none at all", async () => {
    expect(await mayDo(WEBHOOK, ["get", "", "pods", "flashcards"])).toBe(false);
    expect(
      await mayDo(WEBHOOK, ["get", "flashcard-otel.dev", "flashcardtelemetries", "flashcards"]),
    ).toBe(false);
    expect(await mayDo(OPERATOR, ["list", "", "pods", "flashcards"])).toBe(true);
  });
});

interface Deployment {
  spec: {
    template: {
      metadata: object;
      spec: { containers: { env: Env[] }[]; automountServiceAccountToken?: boolean };
    };
  };
}

interface Env {
  name: string;
  value?: string;
}

const deploymentsIn = (manifests: Manifest[]) =>
  manifests.filter(({ kind }) => kind === "Deployment");

describe("pods", () => {
  test("are accepted where the restricted standard is enforced", async () => {
    const deployments = deploymentsIn(await render());
    expect(deployments).toHaveLength(2);
    for (const { metadata, spec } of deployments) {
      const { template } = spec as Deployment["spec"];
      const name = `${metadata.name}-probe`;
      const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { ...template.metadata, name, namespace: HOME },
        spec: template.spec,
      };
      expect((await rig.kubectl.create(pod, { dryRun: true })).metadata.name).toBe(name);
    }
  });

  test("are told everything that the settings ask for", async () => {
    const services = (await render())
      .filter(({ kind }) => kind === "Service")
      .map(({ metadata }) => metadata.name);
    for (const { spec } of deploymentsIn(await render("--set", "namespaces={a,b}"))) {
      const env = (spec as Deployment["spec"]).template.spec.containers[0]?.env ?? [];
      const settings = settingsFrom(
        Object.fromEntries(env.map(({ name, value }) => [name, value ?? "by the kubelet"])),
      );
      expect(settings.namespaces).toEqual(["a", "b"]);
      expect(settings.webhook).toMatchObject({
        service: "rel-webhook",
        configuration: "rel-webhook",
        secret: "rel-webhook",
      });
      expect(settings.lease).toBe("rel");
      expect(services).toContain(settings.metricsService);
    }
  });

  test("of the webhook carry no token", async () => {
    const isWebhook = ({ metadata }: Manifest) => metadata.name === "rel-webhook";
    const [webhook] = deploymentsIn(await render()).filter(isWebhook);
    expect(webhook?.spec).toMatchObject({
      template: { spec: { automountServiceAccountToken: false } },
    });
  });
});

describe("the hook that runs before the chart goes", () => {
  const job = async (...args: string[]) =>
    (await print(...args)).find(({ metadata }) => metadata.name === "rel-uninstall");

  test("asks every migration to leave, with the rights and the settings of the controller", async () => {
    const { metadata, spec } = (await job("--set", "uninstall.timeoutSeconds=60")) ?? {};
    expect(metadata?.annotations).toMatchObject({ "helm.sh/hook": "pre-delete" });
    const pod = (spec as Deployment["spec"]).template.spec as Job;
    expect(pod.serviceAccountName).toBe("rel-controller");
    const [container] = pod.containers;
    expect(container?.command).toContain("--role=uninstall");
    expect(container?.env).toContainEqual({ name: "UNINSTALL_SECONDS", value: "60" });
  });

  test("is accepted where the restricted standard is enforced", async () => {
    const { spec } = (await job()) ?? workload();
    const { template } = spec as Deployment["spec"];
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "probe", namespace: HOME } };
    expect((await rig.kubectl.create({ ...pod, spec: template.spec }, { dryRun: true })).kind).toBe(
      "Pod",
    );
  });

  test("is not there when it is not wanted", async () => {
    expect(await job("--set", "uninstall.restore=false")).toBeUndefined();
  });

  test("finds migrations with the rights that the controller has, everywhere and in a list of namespaces", async () => {
    const cluster = operator;
    const log = { info: () => undefined };
    await uninstall({ cluster, namespaces: [], seconds: 0, log });
    await uninstall({ cluster, namespaces: ["flashcards"], seconds: 0, log });
  });
});

interface Job {
  serviceAccountName: string;
  containers: { command: string[]; env: Env[] }[];
}

describe("the webhook's configuration", () => {
  const hook = async (...args: string[]) => {
    const configuration = (await render(...args)).find(
      ({ kind }) => kind === "MutatingWebhookConfiguration",
    );
    return (configuration?.["webhooks"] as Record<string, unknown>[] | undefined)?.[0];
  };

  test("can never stop a pod, and asks only about pods that want the agent", async () => {
    const { rules, matchConditions, ...rest } = (await hook()) ?? {};
    expect(rest).toMatchObject({
      failurePolicy: "Ignore",
      timeoutSeconds: 2,
      sideEffects: "None",
      reinvocationPolicy: "IfNeeded",
    });
    expect(rules).toEqual([
      {
        apiGroups: [""],
        apiVersions: ["v1"],
        resources: ["pods"],
        operations: ["CREATE"],
        scope: "Namespaced",
      },
    ]);
    expect(JSON.stringify(matchConditions)).toContain("flashcard-otel.dev/agent");
  });

  test("stays out of the system's namespaces and our own", async () => {
    expect(JSON.stringify((await hook())?.["namespaceSelector"])).toContain(
      `"NotIn","values":["kube-system","kube-node-lease","${HOME}"]`,
    );
  });
});

const resource = (name: string, target = "Alongside", more = {}): Manifest => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  metadata: { name, namespace: "flashcards" },
  spec: { target, components: [{ name: "worker", target: { name: "worker" } }], ...more },
});

const role = (name: string, rules: Rule[]): Manifest[] => [
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name, namespace: "flashcards" },
    rules,
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name, namespace: "flashcards" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name }],
  },
];

const RESOURCES: Rule = { apiGroups: [GROUP], resources: ["flashcardtelemetries"], verbs: ["*"] };
const WORK: Rule[] = [
  { apiGroups: [""], resources: ["pods"], verbs: ["create"] },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] },
];

describe("a resource lends no rights", () => {
  beforeAll(async () => {
    for (const manifest of [
      ...role("author", [RESOURCES, ...WORK]),
      ...role("borrower", [RESOURCES]),
    ])
      await rig.kubectl.apply(manifest);
    // A new policy takes a moment to be in force.
    await until({ what: "the policy", seconds: 20, everyMs: 200 }, async () => {
      const refused = await rig
        .as("borrower")
        .create(resource("probe"), { dryRun: true })
        .then(
          () => false,
          () => true,
        );
      return refused;
    });
  }, 30_000);

  test("whoever may do what it does may write it", async () => {
    expect((await rig.as("author").create(resource("mine"))).metadata.name).toBe("mine");
  });

  test("whoever may not is told which right is missing", async () => {
    await expect(rig.as("borrower").create(resource("borrowed"))).rejects.toThrow(
      /you may not create pods in this namespace/,
    );
  });

  test("dashboards of a namespace are read only for whoever may read them", async () => {
    const elsewhere = { retire: { namespaces: ["kube-system"] } };
    await expect(
      rig.as("author").create(resource("curious", "Alongside", elsewhere), { dryRun: true }),
    ).rejects.toThrow(/you may not list ConfigMaps in every namespace of spec.retire/);
  });

  test("rules are switched only for whoever may change them", async () => {
    const alerts = { legacy: { configMap: "old" }, otel: { configMap: "new" } };
    await expect(
      rig.as("author").create(resource("switcher", "Switched", { alerts }), { dryRun: true }),
    ).rejects.toThrow(/you may not change ConfigMaps in this namespace/);
  });

  test("labels and finalizers do not ask for it", async () => {
    await rig.kubectl.apply(resource("labelled"));
    const reference = {
      apiVersion: `${GROUP}/${VERSION}`,
      kind: KIND,
      namespace: "flashcards",
      name: "labelled",
    };
    const labels = { metadata: { labels: { team: "a" } } };
    expect((await rig.as("borrower").merge(reference, labels)).metadata.labels).toEqual({
      team: "a",
    });
    await expect(
      rig.as("borrower").merge(reference, { spec: { target: "Legacy" } }),
    ).rejects.toThrow(/you may not/);
  });
});

const workload = (metadata = {}): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "worker", namespace: "flashcards", ...metadata },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "worker" } },
    template: {
      metadata: { labels: { app: "worker" }, annotations: { theirs: "1" } },
      spec: { containers: [{ name: "app", image: "app:1" }] },
    },
  },
});

const change = (spec: object, metadata = {}): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "worker", namespace: "flashcards", ...metadata },
  spec,
});

const annotated = (annotations: Record<string, string>, more = {}) =>
  change({ ...more, template: { metadata: { annotations } } });
const OURS = { "app.kubernetes.io/managed-by": "flashcard-otel" };

describe("the operator is held to its word", () => {
  beforeAll(async () => {
    await rig.kubectl.apply(workload());
  });

  test("it annotates a workload, soaks and pauses it, and lets go", async () => {
    const ours = annotated(
      { "flashcard-otel.dev/agent": "lean@0123456789" },
      { minReadySeconds: 5, paused: true },
    );
    expect((await operator.apply(ours)).spec).toMatchObject({ minReadySeconds: 5, paused: true });
    const { spec } = await operator.apply(change({}));
    expect(spec).not.toHaveProperty("paused");
    expect((spec as Deployment["spec"]).template.metadata).toMatchObject({
      annotations: { theirs: "1" },
    });
  });

  const forbidden: [string, Manifest][] = [
    [
      "another image",
      change({ template: { spec: { containers: [{ name: "app", image: "evil:1" }] } } }),
    ],
    ["another number of replicas", change({ replicas: 0 })],
    ["a foreign annotation on pods", annotated({ theirs: "2" })],
    ["a new annotation on pods", annotated({ "linkerd.io/inject": "enabled" })],
    ["a label on pods", change({ template: { metadata: { labels: { more: "1" } } } })],
    ["its own label on a foreign workload", change({}, { labels: OURS })],
    [
      "an owner of a foreign workload",
      change(
        {},
        { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "a", uid: "1" }] },
      ),
    ],
  ];

  test.each(forbidden)("it may not write %s", async (_what, manifest) => {
    await expect(operator.apply(manifest, { force: true })).rejects.toThrow(
      /the operator changes only/,
    );
  });

  const pod = (labels: Record<string, string>): Manifest => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "twin", namespace: "flashcards", labels },
    spec: { containers: [{ name: "app", image: "app:1" }] },
  });

  test("it makes only what carries its label, or what is never stored", async () => {
    await expect(operator.create(pod({}))).rejects.toThrow(/only what carries its label/);
    expect((await operator.create(pod({}), { dryRun: true })).kind).toBe("Pod");
    expect((await operator.create(pod(OURS))).kind).toBe("Pod");
  });

  test("it removes only what carries its label", async () => {
    await rig.kubectl.create({ ...pod({}), metadata: { name: "theirs", namespace: "flashcards" } });
    const at = (kind: string, apiVersion: string, name: string) => ({
      apiVersion,
      kind,
      namespace: "flashcards",
      name,
    });
    await expect(operator.remove(at("Pod", "v1", "theirs"))).rejects.toThrow(
      /only what carries its label/,
    );
    await expect(operator.remove(at("Deployment", "apps/v1", "worker"))).rejects.toThrow(
      /only what carries its label/,
    );
    expect(await operator.remove(at("Pod", "v1", "twin"))).toBeUndefined();
  });

  test("of the Leases in its namespace it removes only those of trials", async () => {
    const lease = (name: string, labels: Record<string, string>): Manifest => ({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, namespace: HOME, labels },
    });
    const at = (name: string) => ({ ...lease(name, {}), namespace: HOME, name });
    await rig.kubectl.create(lease("theirs", {}));
    await operator.create(lease("trial", OURS));
    await expect(operator.remove(at("theirs"))).rejects.toThrow(/only what carries its label/);
    await operator.remove(at("trial"));
    expect(await rig.kubectl.read(at("trial"))).toBeUndefined();
  });

  test("of ConfigMaps it makes and removes its own, and changes no foreign one that the cluster runs on", async () => {
    const map = (name: string, namespace: string, labels: Record<string, string>): Manifest => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace, labels },
      data: { a: "1" },
    });
    const at = (name: string, namespace: string) => ({
      ...map(name, namespace, {}),
      namespace,
      name,
    });
    const own = /only what carries its label/;
    for (const place of ["flashcards", "kube-system"])
      await rig.kubectl.create(map("theirs", place, {}));
    await expect(operator.create(map("more", "flashcards", {}))).rejects.toThrow(own);
    await operator.create(map("ours", "flashcards", OURS));
    await operator.remove(at("ours", "flashcards"));
    await expect(operator.remove(at("theirs", "flashcards"))).rejects.toThrow(own);
    const switched = { metadata: { labels: { grafana_dashboard: "0" } } };
    expect((await operator.merge(at("theirs", "flashcards"), switched)).kind).toBe("ConfigMap");
    await expect(operator.merge(at("theirs", "kube-system"), switched)).rejects.toThrow(own);
  });

  test("it removes a pod that carries its agent", async () => {
    const name = "web-1";
    const annotations = { "flashcard-otel.dev/injected": "lean@0123456789" };
    const metadata = { name, namespace: "flashcards", annotations };
    await rig.kubectl.create({ ...pod({}), metadata });
    const reference = { apiVersion: "v1", kind: "Pod", namespace: "flashcards", name };
    expect(await operator.remove(reference)).toBeUndefined();
    expect(await rig.kubectl.read(reference)).toBeUndefined();
  });
});

const template = {
  metadata: { labels: { app: "web" } },
  spec: { restartPolicy: "Always", containers: [{ name: "app", image: "app:1" }] },
};

const others: Record<string, Manifest> = {
  StatefulSet: {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "web", namespace: "flashcards" },
    spec: {
      replicas: 2,
      serviceName: "web",
      selector: { matchLabels: { app: "web" } },
      template,
    },
  },
  CronJob: {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "web", namespace: "flashcards" },
    spec: {
      schedule: "0 3 * * *",
      jobTemplate: {
        spec: { template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } },
      },
    },
  },
};

describe.each(["StatefulSet", "CronJob"] as const)("the operator and a %s", (kind) => {
  const { migration, component } = {
    migration: { metadata: { name: "p", namespace: "flashcards", uid: "u" } } as Migration,
    component: { target: { kind, name: "web" } } as ComponentSpec,
  };
  const ours = {
    annotation: "lean@0123456789",
    minReadySeconds: kind === "CronJob" ? undefined : 5,
    partition: kind === "CronJob" ? undefined : 1,
  };
  const nothing = { annotation: undefined, minReadySeconds: undefined, partition: undefined };
  const seen = (manifest: Manifest) => oursOn(withTemplate(manifest), 5);

  beforeAll(async () => {
    const manifest = others[kind];
    if (manifest) await rig.kubectl.apply(manifest);
  });

  test("it writes what is its own, and lets go without a trace", async () => {
    const written = await operator.apply(workloadPatch(migration, component, ours));
    expect(seen(written)).toEqual(ours);
    const left = await operator.apply(workloadPatch(migration, component, nothing));
    expect(seen(left)).toEqual(nothing);
    expect(left.metadata.managedFields?.map(({ manager }) => manager)).toEqual(["kubectl"]);
  });

  const forbidden: Record<typeof kind, object[]> = {
    StatefulSet: [
      { replicas: 0 },
      { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" } },
    ],
    CronJob: [
      { schedule: "* * * * *" },
      { suspend: true },
      { jobTemplate: { spec: { backoffLimit: 9 } } },
    ],
  };

  test("it changes nothing else", async () => {
    for (const spec of forbidden[kind]) {
      const { apiVersion, metadata } = others[kind] ?? workload();
      await expect(
        operator.apply({ apiVersion, kind, metadata, spec }, { force: true }),
      ).rejects.toThrow(/the operator changes only/);
    }
  });

  test("whoever may not change it may not name it in a resource", async () => {
    const named = resource(`of-${kind.toLowerCase()}`);
    const spec = {
      target: "Alongside",
      components: [{ name: "web", target: { kind, name: "web" } }],
    };
    await expect(rig.as("author").create({ ...named, spec })).rejects.toThrow(
      `you may not change ${kind}s`,
    );
    expect((await rig.kubectl.create({ ...named, spec }, { dryRun: true })).kind).toBe(KIND);
  });
});

describe("helm test", () => {
  const hooks = async () => {
    const isTest = ({ metadata }: Manifest) => metadata.annotations?.["helm.sh/hook"] === "test";
    return (await print()).filter(isTest);
  };

  test("may look at two Deployments and one registration, and at nothing else", async () => {
    const manifests = await hooks();
    expect(rulesOf(manifests, "ClusterRole")).toEqual([
      "admissionregistration.k8s.io/mutatingwebhookconfigurations[rel-webhook] get",
    ]);
    expect(rulesOf(manifests, "Role", HOME)).toEqual([
      "apps/deployments[rel-controller] get",
      "apps/deployments[rel-webhook] get",
    ]);
  });

  test("runs as the operator does: restricted, told everything that the settings ask for", async () => {
    const [pod] = (await hooks()).filter(({ kind }) => kind === "Pod");
    if (!pod) throw new Error("the chart prints no pod for helm test");
    expect((await rig.kubectl.create(pod, { dryRun: true })).metadata.name).toBe("rel-test");
    const { containers } = pod.spec as { containers: { env: Env[]; image: string }[] };
    expect(containers[0]?.image).toBe("operator:1");
    const names = containers[0]?.env.map(({ name, value }) => [name, value ?? "by the kubelet"]);
    expect(settingsFrom(Object.fromEntries(names ?? [])).lease).toBe("rel");
  });
});

describe("what the chart prints", () => {
  test("has nothing that helm warns of", async () => {
    expect(await lintChart(["--set", "images.operator=operator:1"])).toMatch(
      /1 chart\(s\) linted, 0 chart\(s\) failed/,
    );
  });

  test("is the same each time, so that nothing flaps where Git is the truth", async () => {
    expect(await print()).toEqual(await print());
  });

  test("applied again leaves alone what the operator wrote into it", async () => {
    const isHook = ({ kind }: Manifest) => kind === "MutatingWebhookConfiguration";
    const [hook] = (await render()).filter(isHook);
    if (!hook) throw new Error("the chart prints no registration");
    const webhooks = (hook["webhooks"] as Record<string, unknown>[]).map(
      ({ name, admissionReviewVersions, sideEffects }) => ({
        name,
        admissionReviewVersions,
        sideEffects,
        clientConfig: { caBundle: Buffer.from("authority").toString("base64") },
      }),
    );
    const { apiVersion, kind, metadata } = hook;
    const written = await operator.apply({
      apiVersion,
      kind,
      metadata: { name: metadata.name },
      webhooks,
    });
    const again = await rig.kubectl.apply(hook);
    expect(again.metadata.resourceVersion).toBe(written.metadata.resourceVersion);
    expect(JSON.stringify(again["webhooks"])).toContain("caBundle");
  });

  test("is what manifests/ holds", async () => {
    expect(await readFile(MANIFESTS, "utf8")).toBe(await printed());
  });
});

describe("images", () => {
  const imagesIn = (manifests: Manifest[]): string[] =>
    [
      ...new Set(
        deploymentsIn(manifests).flatMap(({ spec }) => {
          const [container] = (spec as Deployment["spec"]).template.spec.containers;
          const named = container?.env.filter(({ name }) => name.endsWith("_IMAGE")) ?? [];
          return [(container as { image?: string }).image, ...named.map(({ value }) => value)];
        }),
      ),
    ]
      .map((image) => image ?? "")
      .toSorted();

  test("are the published ones, and ours as it is named, by a digest too", async () => {
    const ours = `registry.example/operator:1@sha256:${"0".repeat(64)}`;
    expect(imagesIn(await render("--set", `images.operator=${ours}`))).toEqual([
      expect.stringMatching(/^grafana\/k6:/),
      expect.stringMatching(/^jaegertracing\/jaeger:/),
      expect.stringMatching(/^otel\/opentelemetry-collector-contrib:/),
      expect.stringMatching(/^prom\/prometheus:/),
      ours,
    ]);
  });

  test("all come from a registry that is named, ours too, whatever host they named", async () => {
    const args = ["--set", "registry=mirror.example:5000/team", "--set", "images.operator="];
    const found = imagesIn(await render(...args, "--set", "images.k6=ghcr.io/some/k6:1"));
    expect(found).toHaveLength(5);
    expect(found).toContain("mirror.example:5000/team/some/k6:1");
    expect(found).toContain("mirror.example:5000/team/flashcard-otel/operator:0.1.0");
    for (const image of found) expect(image).toMatch(/^mirror\.example:5000\/team\//);
  });
});

describe("what is there already", () => {
  const certManager = ["--set", "webhook.certManager.enabled=true"];
  const ofKind = (manifests: Manifest[], kind: string) =>
    manifests.filter((one) => one.kind === kind);
  const settingsIn = (manifests: Manifest[]) => {
    const env = deploymentsIn(manifests).flatMap(
      ({ spec }) => (spec as Deployment["spec"]).template.spec.containers[0]?.env ?? [],
    );
    return settingsFrom(
      Object.fromEntries(env.map(({ name, value }) => [name, value ?? "by the kubelet"])),
    );
  };

  test("cert-manager keeps the certificate, for the names that the API server calls; then the controller has no right to", async () => {
    const manifests = await render(...certManager);
    const settings = settingsIn(manifests);
    expect(settings.webhook.isOurs).toBe(false);
    const leaf = ofKind(manifests, "Certificate").find(
      ({ metadata }) => metadata.name === "rel-webhook",
    );
    expect(leaf?.spec).toMatchObject({
      secretName: settings.webhook.secret,
      dnsNames: webhookNames({ ...settings, namespace: HOME }),
      issuerRef: { kind: "Issuer", name: "rel-webhook-authority" },
    });
    const [hook] = ofKind(manifests, "MutatingWebhookConfiguration");
    expect(hook?.metadata.annotations).toEqual({
      "cert-manager.io/inject-ca-from": `${HOME}/rel-webhook`,
    });
    const granted = [
      ...rulesOf(manifests, "ClusterRole"),
      ...rulesOf(manifests, "Role", HOME),
    ].join("\n");
    expect(granted).not.toMatch(/secrets|admissionregistration/);
    expect(settingsIn(await render()).webhook.isOurs).toBe(true);
  });

  test("cert-manager and a list of namespaces leave nothing that the whole cluster must grant", async () => {
    const narrow = ["--set", "namespaces={flashcards}", "--set", "aggregateRoles=false"];
    const manifests = await render(...certManager, ...narrow);
    expect(ofKind(manifests, "ClusterRole")).toEqual([]);
    expect(ofKind(manifests, "ClusterRoleBinding")).toEqual([]);
  });

  test("an issuer of one's own signs in the place of the chart's", async () => {
    const issuer = ["--set", "webhook.certManager.issuerRef.name=mine"];
    const manifests = await render(...certManager, ...issuer);
    expect(ofKind(manifests, "Issuer")).toEqual([]);
    expect(ofKind(manifests, "Certificate").map(({ spec }) => spec)).toMatchObject([
      { issuerRef: { name: "mine" } },
    ]);
  });

  test("the Prometheus Operator is told whom to scrape, when it is wanted", async () => {
    expect(ofKind(await render(), "PodMonitor")).toEqual([]);
    const args = ["podMonitor.enabled=true", "podMonitor.labels.release=mine"];
    const manifests = await render(...args.flatMap((value) => ["--set", value]));
    const [monitor] = ofKind(manifests, "PodMonitor");
    expect(monitor?.metadata.labels).toMatchObject({ release: "mine" });
    const { selector, podMetricsEndpoints } = (monitor ?? workload()).spec as {
      selector: { matchLabels: object };
      podMetricsEndpoints: { port: string }[];
    };
    for (const { spec } of deploymentsIn(manifests)) {
      const { template: pod } = spec as Deployment["spec"];
      expect(pod.metadata).toMatchObject({ labels: selector.matchLabels });
      const ports = pod.spec.containers.flatMap((one) => (one as { ports?: object[] }).ports);
      expect(ports).toContainEqual(expect.objectContaining({ name: podMetricsEndpoints[0]?.port }));
    }
  });

  test("Grafana is given dashboards, when they are wanted", async () => {
    const holdsBoards = ({ metadata }: Manifest) => metadata.name === "rel-dashboards";
    expect((await render()).filter(holdsBoards)).toEqual([]);
    const [found] = (await render("--set", "grafana.enabled=true")).filter(holdsBoards);
    expect(found?.metadata.labels).toMatchObject({ grafana_dashboard: "1" });
    const boards = ["rel-migration.json", "rel-operator.json", "rel-overhead.json"];
    expect(Object.keys(found?.data ?? {})).toEqual(boards);
    expect(found?.data?.["rel-operator.json"]).toBe(ownBoard());
  });

  test("a Jaeger and a Prometheus are named by resources that name none", async () => {
    const args = ["existing.jaeger=http://jaeger:16686", "existing.prometheus=http://prometheus"];
    const [definition] = ofKind(
      await render(...args.flatMap((value) => ["--set", value])),
      "CustomResourceDefinition",
    );
    const stored = async (backends?: object) => {
      const wanted = resource("existing", "Legacy", backends && { backends });
      const { spec } = await rig.kubectl.create(wanted, { dryRun: true });
      return (spec as Migration["spec"]).backends;
    };
    expect((await stored()).metrics).toEqual({});
    await rig.kubectl.apply(definition as Manifest, { force: true });
    await until({ what: "the new default", seconds: 20, everyMs: 50 }, async () => {
      const { traces, metrics } = await stored();
      return metrics.externalUrl === "http://prometheus" && traces.externalQueryUrl;
    });
    const own = await stored({ metrics: { externalUrl: "http://own" } });
    expect(own.metrics).toEqual({ externalUrl: "http://own" });
    const [plain] = ofKind(await render(), "CustomResourceDefinition");
    await rig.kubectl.apply(plain as Manifest, { force: true });
  });
});

describe("the operator's pods", () => {
  test("run where they may, all of them", async () => {
    const taint = { key: "system", operator: "Exists" };
    const args = [
      "--set",
      "nodeSelector.pool=system",
      "--set-json",
      `tolerations=[${JSON.stringify(taint)}]`,
    ];
    const specs = (await print(...args)).flatMap(({ kind, spec }) => {
      if (kind === "Pod") return [spec];
      return ["Deployment", "Job"].includes(kind)
        ? [(spec as Deployment["spec"]).template.spec]
        : [];
    });
    expect(specs).toHaveLength(4);
    for (const spec of specs)
      expect(spec).toMatchObject({ nodeSelector: { pool: "system" }, tolerations: [taint] });
  });
});

describe("values", () => {
  test("that nobody knows are refused, and so is a missing image", async () => {
    await expect(render("--set", "image=x")).rejects.toThrow(/additional propert/i);
    await expect(render("--set", "images.operator=")).rejects.toThrow(
      "npm run images -- --push REGISTRY",
    );
    await expect(render("--set", "registry=https://mirror.example")).rejects.toThrow(/registry/);
    await expect(render("--set", "webhook.certmanager.enabled=true")).rejects.toThrow(
      /certmanager/,
    );
    await expect(render("--set", "existing.prometheus=prometheus:9090")).rejects.toThrow(
      /prometheus/,
    );
  });

  test("that cannot go together are refused with what to do instead", async () => {
    const args = ["crds.enabled=false", "existing.jaeger=http://jaeger"];
    await expect(render(...args.flatMap((value) => ["--set", value]))).rejects.toThrow(
      /name them in the resources/,
    );
  });

  test("keep the definition when the chart goes, unless told otherwise", async () => {
    const definition = (manifests: Manifest[]) =>
      manifests.find(({ kind }) => kind === "CustomResourceDefinition");
    expect(definition(await render())?.metadata.annotations).toMatchObject({
      "helm.sh/resource-policy": "keep",
    });
    expect(
      definition(await render("--set", "crds.keep=false"))?.metadata.annotations,
    ).toBeUndefined();
    expect(definition(await render("--set", "crds.enabled=false"))).toBeUndefined();
  });
});
