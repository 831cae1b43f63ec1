/** The commands against a real API server, with its users, its rights and its objections. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { parse, parseAllDocuments, stringify } from "yaml";
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import { GROUP, KIND, VERSION } from "@flashcard-otel/operator/migration/schema.ts";
import { userTemplateHash } from "@flashcard-otel/operator/rollout/template.ts";
import { openRig, type Rig } from "@flashcard-otel/operator/rig.ts";
import { until } from "../e2e/kit/wait.ts";
import { run } from "./program.ts";
import { connect } from "./reach/kubeconfig.ts";
import { commands } from "./table.ts";
import { argvOf, call as answer, kept, transcript } from "./testing/golden.ts";
import { COMPARED, HELD, MIDDLE, migration } from "./testing/scene.ts";
import { terminal } from "./testing/terminal.ts";
import { deployment, SERVICES } from "./testing/workloads.ts";

let rig: Rig;
let folder: string;

const MIGRATION = {
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  namespace: "shop",
  name: "pipeline",
};

const put = async (manifest: Manifest): Promise<Manifest> => {
  const { uid: _uid, generation: _one, creationTimestamp: _at, ...metadata } = manifest.metadata;
  return rig.kubectl.apply({ ...manifest, metadata }, { force: true });
};

/** There is no controller here that would say so. */
const running = async (name: string): Promise<void> => {
  const present = await put(deployment(name));
  const { status } = deployment(name);
  const observedGeneration = present.metadata.generation;
  await rig.cluster.replaceStatus({
    ...present,
    status: { ...(status as object), observedGeneration },
  });
};

/** As the operator would have left it. */
const report = async (status: object): Promise<void> => {
  const present = await rig.cluster.read(MIGRATION);
  if (!present) throw new Error("there is no migration");
  const observedGeneration = present.metadata.generation;
  await rig.cluster.replaceStatus({ ...present, status: { ...status, observedGeneration } });
};

const role = (resources: string, verbs: string[]): Manifest => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  metadata: { name: "poor", namespace: "shop" },
  rules: [{ apiGroups: [GROUP], resources: [resources], verbs }],
});

const binding: Manifest = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "RoleBinding",
  metadata: { name: "poor", namespace: "shop" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "poor" },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "eve" }],
};

interface Config {
  users: { user: object }[];
  contexts: { context: object }[];
  clusters: { cluster: { server: string } }[];
}

/** A copy of the rig's kubeconfig with a difference. */
const kubeconfig = async (name: string, change: (config: Config) => void): Promise<string> => {
  const config = parse(await readFile(rig.kubeconfig, "utf8")) as Config;
  change(config);
  const file = join(folder, name);
  await writeFile(file, stringify(config));
  return file;
};

beforeAll(async () => {
  rig = await openRig();
  folder = await mkdtemp(join(tmpdir(), "flashcard-otel-cli-"));
  await rig.kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  for (const name of SERVICES) await running(name);
  await rig.kubectl.apply(role("flashcardtelemetries", ["get", "list", "watch"]));
  await rig.kubectl.apply(binding);
}, 240_000);

afterAll(async () => {
  await rig.stop();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  await put(migration({ spec: { approval: "Manual" } }));
  await rig.cluster.merge(MIGRATION, { metadata: { annotations: null } });
  await report(MIDDLE);
});

const call = async (line: string, file = rig.kubeconfig) => {
  const io = { ...terminal(), connect };
  const argv = [...line.split(" "), "-n", "shop", "--kubeconfig", file];
  return { code: await run(commands, argv, io), io };
};

const eve = () =>
  kubeconfig("eve.yaml", ({ users }) => {
    for (const { user } of users) Object.assign(user, { as: "eve" });
  });

describe("commands that look", () => {
  test("status draws the tree", async () => {
    const { code, io } = await call("status");
    expect(io.err()).toBe("");
    expect(code).toBe(0);
    expect(io.out()).toMatch(/pipeline in shop: Alongside, on the way to Retired/);
    expect(io.out()).toMatch(/about \d+ min to Retired/);
  });

  test("status -w tells what the operator writes", async () => {
    const enough = new AbortController();
    const io = { ...terminal({ signal: enough.signal }), connect };
    const argv = ["status", "-w", "-n", "shop", "--kubeconfig", rig.kubeconfig];
    const done = run(commands, argv, io);
    const says = (text: string) =>
      until({ what: text, seconds: 20, everyMs: 20 }, () =>
        Promise.resolve(io.out().includes(text)),
      );
    await says("shop/pipeline Alongside");
    await report({ ...MIDDLE, phase: "Instrumented" });
    await says("InstrumentedReached");
    enough.abort();
    expect(await done).toBe(0);
  });

  test("plan asks the API server for a dry run, and leaves everything as it was", async () => {
    const versions = async () =>
      Promise.all(
        [
          { apiVersion: "apps/v1", kind: "Deployment" },
          { apiVersion: "v1", kind: "Pod" },
          { apiVersion: MIGRATION.apiVersion, kind: KIND },
        ].map(async (kind) =>
          (await rig.cluster.list({ ...kind, namespace: "shop" })).map(
            ({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`,
          ),
        ),
      );
    const before = await versions();
    const { code, io } = await call("plan");
    // There is no webhook here: that is what the dry run finds out.
    expect(io.out()).toMatch(/refused: WebhookSilent/);
    expect(io.out()).toMatch(/\+ .*--require \/flashcard-otel\/agent.cjs/);
    expect(code).toBe(3);
    expect(await versions()).toEqual(before);
  });

  test("check finds the cluster without an operator, and the user with all rights", async () => {
    const { code, io } = await call("check");
    expect(code).toBe(3);
    expect(io.out()).toMatch(/✔ Kubernetes +v1\.\d+/);
    expect(io.out()).toMatch(/✘ controller +it is not installed/);
    expect(io.out()).toMatch(/✔ right: create pods/);
  });

  test("report and diagnose answer although there is neither metrics server nor backend", async () => {
    const reported = await call("report");
    expect(reported.code).toBe(0);
    expect(reported.io.out()).toMatch(/Not known: CPU and memory: no figures of our pods yet/);
    const { code, io } = await call("diagnose");
    expect(code).toBe(0);
    expect([...io.saved.keys()]).toEqual(["flashcard-otel-pipeline-20260102T030405.tar.gz"]);
  });

  test("eject prints what the API server takes", async () => {
    await rig.kubectl.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "flashcard-otel-agent-0123456789", namespace: "shop" },
      data: { "agent.cjs": "// the agent" },
    });
    const { code, io } = await call("eject");
    expect(code).toBe(0);
    const manifests = parseAllDocuments(io.out()).map((one) => one.toJS() as Manifest);
    expect(manifests.map(({ kind }) => kind)).toEqual(["ConfigMap", "Deployment"]);
    for (const manifest of manifests)
      await rig.kubectl.apply(manifest, { dryRun: true, force: true });
  });
});

/** The verdicts belong to the templates as the API server stores them. */
const stored = async (scene: typeof MIDDLE): Promise<object> => {
  const workloads = await rig.cluster.list({
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: "shop",
  });
  const hashOf = (name: string): string | undefined => {
    const workload = workloads.find(({ metadata }) => metadata.name === name);
    return workload && userTemplateHash(workload);
  };
  const components = scene.components.map((component) => ({
    ...component,
    templateHash: hashOf(component?.name ?? ""),
  }));
  return { ...scene, components };
};

const automatic = { approval: "Automatic" };

describe.each([
  ["piped", false],
  ["terminal", true],
])("the kept answers, %s, are those of a real API server:", (place, isTerminal) => {
  test.each([
    ["status", MIDDLE, automatic],
    ["status-wide", MIDDLE, automatic],
    ["status-name", MIDDLE, automatic],
    ["status-held", HELD, automatic],
    ["explain-verdict", MIDDLE, automatic],
    ["approve", MIDDLE, { approval: "Manual" }],
    ["pause", MIDDLE, automatic],
    ["resume", MIDDLE, automatic],
    ["target", MIDDLE, automatic],
    ["rollback", MIDDLE, automatic],
    ["retry", HELD, automatic],
    ["parity", COMPARED, automatic],
    ["parity-wide", COMPARED, automatic],
  ])("%s", async (name, scene, spec) => {
    const annotations = name === "resume" ? { "flashcard-otel.dev/paused": "true" } : {};
    await put(migration({ spec, annotations }));
    await report(await stored(scene as typeof MIDDLE));
    const wanted = await kept(`${place}/${name}`);
    const connection = () => connect({ namespace: "shop", kubeconfig: rig.kubeconfig });
    const asked = { argv: argvOf(wanted), setting: { connection, isTerminal } };
    expect(transcript(asked, await answer(asked))).toBe(wanted);
  });
});

describe("commands that steer", () => {
  test("write an annotation in their own name, and leave the spec alone", async () => {
    const before = await rig.cluster.read(MIGRATION);
    for (const line of ["approve", "pause", "target Legacy"])
      expect((await call(line)).code).toBe(0);
    const after = await rig.cluster.read(MIGRATION);
    expect(after?.metadata.annotations).toEqual({
      "flashcard-otel.dev/paused": "true",
      "flashcard-otel.dev/hold": "Legacy",
      "flashcard-otel.dev/approve": MIDDLE.planHash,
    });
    expect(after?.spec).toEqual(before?.spec);
    expect(after?.metadata.generation).toBe(before?.metadata.generation);
    const managers = after?.metadata.managedFields?.map(({ manager }) => manager);
    expect(managers).toContain("kubectl-flashcard_otel");
    await call("resume");
    await call("target Retired");
    const resumed = await rig.cluster.read(MIGRATION);
    expect(Object.keys(resumed?.metadata.annotations ?? {})).toEqual([
      "flashcard-otel.dev/approve",
    ]);
  });
});

describe("whoever may only see migrations", () => {
  test("sees where they stand, and what cannot be seen", async () => {
    const { code, io } = await call("status", await eve());
    expect(code).toBe(0);
    expect(io.out()).toMatch(/pipeline in shop/);
    expect(io.out()).toMatch(/not seen: you may not list Deployments in shop/);
  });

  test("gets a plan whose gaps are named", async () => {
    const { io } = await call("plan", await eve());
    expect(io.err()).toBe("");
    expect(io.out()).toMatch(/not seen: you may not list Deployments/);
  });

  test("is told that pausing is not allowed, and learns from check what to ask for", async () => {
    const { code, io } = await call("pause", await eve());
    expect(code).toBe(4);
    expect(io.err()).toMatch(/error: you may not do that\n {2}why: .*cannot patch resource/);
    const checked = await call("check", await eve());
    expect(checked.io.out()).toMatch(/✘ right: patch flashcardtelemetries[\s\S]*ask for patch/);
  });
});

describe("a kubeconfig", () => {
  test.each([
    ["that is not there", () => Promise.resolve("/nowhere/config"), 5, /does not exist/],
    [
      "that is no YAML",
      async () => {
        const file = join(folder, "broken.yaml");
        await writeFile(file, "{ not: [yaml");
        return file;
      },
      1,
      /the kubeconfig cannot be read/,
    ],
    [
      "that leads nowhere",
      () =>
        kubeconfig("nowhere.yaml", ({ clusters }) => {
          for (const { cluster } of clusters) cluster.server = "https://127.0.0.1:1";
        }),
      1,
      /the API server cannot be reached[\s\S]*kubectl cluster-info/,
    ],
  ])(
    "%s is an error that says what to do",
    async (_what, file, code, told) => {
      const { code: found, io } = await call("status", await file());
      expect(io.err()).toMatch(told);
      expect(found).toBe(code);
    },
    30_000,
  );

  test("without the context that is asked for is one too", async () => {
    const { code, io } = await call("status --context nope");
    expect(code).toBe(5);
    expect(io.err()).toMatch(/there is no context nope[\s\S]*get-contexts/);
  });
});
