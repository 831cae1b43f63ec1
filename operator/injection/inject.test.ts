import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { inject, type Injection } from "./inject.ts";
import { AGENT_ANNOTATION, INJECTED_ANNOTATION, REQUIRE } from "./names.ts";
import { applyPatch } from "./patch.ts";
import type { Container, EnvVar, PodSpec, Template } from "./pod.ts";

const IMAGES = { operator: "flashcard-otel/operator:1" };
const ASKED = "lean@0123456789";

interface Difference {
  annotations?: Record<string, string>;
  container?: Partial<Container>;
  spec?: Partial<PodSpec>;
}

const pod = ({ annotations = {}, container = {}, spec = {} }: Difference = {}): Template => ({
  metadata: { name: "", annotations: { [AGENT_ANNOTATION]: ASKED, ...annotations } },
  spec: { containers: [{ name: "app", image: "app:1", ...container }], ...spec },
});

const patched = (before: Template): Template => {
  const result = inject(before, IMAGES);
  if ("skip" in result) throw new Error(`skipped: ${result.skip.reason}`);
  return applyPatch(before, result.patch);
};

const reason = (result: Injection): string => ("skip" in result ? result.skip.reason : "injected");

const first = ({ spec: { containers } }: Template): Container => {
  const [container] = containers;
  if (!container) throw new Error("no container");
  return container;
};

const valuesOf = (after: Template, name: string): (string | undefined)[] =>
  (first(after).env ?? []).filter((variable) => variable.name === name).map(({ value }) => value);

describe("a pod that asks for the agent", () => {
  test("gets the ConfigMap of its hash read-only, one --require, its identity and a mark", () => {
    const after = patched(pod());
    expect(after.metadata?.annotations?.[INJECTED_ANNOTATION]).toBe(ASKED);
    expect(after.spec.volumes).toEqual([
      { name: "flashcard-otel-agent", configMap: { name: "flashcard-otel-agent-0123456789" } },
    ]);
    expect(first(after).volumeMounts).toEqual([
      { name: "flashcard-otel-agent", mountPath: "/flashcard-otel", readOnly: true },
    ]);
    expect(first(after).env?.map(({ name }) => name)).toEqual([
      "FLASHCARD_OTEL_POD_NAME",
      "FLASHCARD_OTEL_POD_UID",
      "FLASHCARD_OTEL_NODE_NAME",
      "FLASHCARD_OTEL_NAMESPACE",
      "NODE_OPTIONS",
    ]);
    expect(after.spec.initContainers).toBeUndefined();
  });

  test("keeps the user's variables in their order, ours before them", () => {
    const env = [
      { name: "A", value: "1" },
      { name: "B", value: "$(A) $$(A)" },
    ];
    const names = first(patched(pod({ container: { env } }))).env?.map(({ name }) => name);
    expect(names?.slice(4)).toEqual(["A", "B", "NODE_OPTIONS"]);
  });

  test("of profile full also gets the SDK by an init container that comes first and complies by itself", () => {
    const after = patched(
      pod({
        annotations: { [AGENT_ANNOTATION]: "full@0123456789" },
        spec: { initContainers: [{ name: "migrate" }] },
      }),
    );
    expect(after.spec.initContainers?.map(({ name }) => name)).toEqual([
      "flashcard-otel-full",
      "migrate",
    ]);
    expect(after.spec.initContainers?.[0]).toMatchObject({
      image: IMAGES.operator,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, capabilities: { drop: ["ALL"] } },
    });
    expect(first(after).volumeMounts).toContainEqual({
      name: "flashcard-otel-full",
      mountPath: "/flashcard-otel-full",
      readOnly: true,
    });
  });

  test("is injected into the container that the annotation names, wherever other webhooks have put it", () => {
    const containers = [{ name: "mesh" }, { name: "app" }];
    const after = patched(
      pod({
        annotations: { [AGENT_ANNOTATION]: `${ASKED};container=app;repair=2` },
        spec: { containers },
      }),
    );
    expect(after.spec.containers[0]).toEqual({ name: "mesh" });
    expect(after.spec.containers[1]?.volumeMounts).toHaveLength(1);
    expect(after.metadata?.annotations?.[INJECTED_ANNOTATION]).toBe(ASKED);
  });
});

describe("NODE_OPTIONS", () => {
  test.each<[string, EnvVar[], (string | undefined)[]]>([
    ["is set where there is none", [], [REQUIRE]],
    [
      "is appended to a literal",
      [{ name: "NODE_OPTIONS", value: "--max-old-space-size=64" }],
      [`--max-old-space-size=64 ${REQUIRE}`],
    ],
    [
      "replaces an empty string without a leading space",
      [{ name: "NODE_OPTIONS", value: "" }],
      [REQUIRE],
    ],
    ["replaces a value the API server left out", [{ name: "NODE_OPTIONS" }], [REQUIRE]],
    [
      "keeps references to other variables",
      [{ name: "NODE_OPTIONS", value: "--title=$(A)" }],
      [`--title=$(A) ${REQUIRE}`],
    ],
    [
      "of duplicates changes the last, which is the one that counts",
      [
        { name: "NODE_OPTIONS", value: "--first" },
        { name: "NODE_OPTIONS", value: "--last" },
      ],
      ["--first", `--last ${REQUIRE}`],
    ],
  ])("%s", (_promise, env, expected) => {
    expect(valuesOf(patched(pod({ container: { env } })), "NODE_OPTIONS")).toEqual(expected);
  });

  test("is written beside a source whose prefix cannot make that name", () => {
    const envFrom = [{ prefix: "DB_", secretRef: { name: "db" } }];
    expect(valuesOf(patched(pod({ container: { envFrom } })), "NODE_OPTIONS")).toEqual([REQUIRE]);
  });

  test("is written beside any source when the template itself says what it is", () => {
    const container = {
      envFrom: [{ configMapRef: { name: "settings" } }],
      env: [{ name: "NODE_OPTIONS" }],
    };
    expect(valuesOf(patched(pod({ container })), "NODE_OPTIONS")).toEqual([REQUIRE]);
  });
});

describe("a pod is left as it is when", () => {
  const fromField = { fieldRef: { fieldPath: "metadata.name" } };
  test.each<[string, string, Difference]>([
    [
      "the annotation is garbage",
      "BadAnnotation",
      { annotations: { [AGENT_ANNOTATION]: "lean@xyz" } },
    ],
    [
      "the profile is unknown",
      "BadAnnotation",
      { annotations: { [AGENT_ANNOTATION]: "fast@0123456789" } },
    ],
    [
      "the named container is missing",
      "ContainerMissing",
      { annotations: { [AGENT_ANNOTATION]: `${ASKED};container=web` } },
    ],
    [
      "NODE_OPTIONS comes from a source",
      "NodeOptionsFromSource",
      { container: { env: [{ name: "NODE_OPTIONS", valueFrom: fromField }] } },
    ],
    [
      "a source may hold NODE_OPTIONS",
      "NodeOptionsUnknown",
      { container: { envFrom: [{ configMapRef: { name: "settings" } }] } },
    ],
    [
      "a source's prefix can make that name",
      "NodeOptionsUnknown",
      { container: { envFrom: [{ prefix: "NODE_", configMapRef: { name: "settings" } }] } },
    ],
    [
      "our volume's name is taken",
      "NameClash",
      { spec: { volumes: [{ name: "flashcard-otel-agent" }] } },
    ],
    [
      "our path is inside another mount",
      "NameClash",
      { container: { volumeMounts: [{ name: "x", mountPath: "/flashcard-otel/extra" }] } },
    ],
    [
      "our init container's name is taken",
      "NameClash",
      { spec: { initContainers: [{ name: "flashcard-otel-full" }] } },
    ],
    [
      "one of our variables is set",
      "NameClash",
      { container: { env: [{ name: "FLASHCARD_OTEL_POD_NAME", value: "x" }] } },
    ],
    [
      "NODE_OPTIONS names our file already",
      "NameClash",
      { container: { env: [{ name: "NODE_OPTIONS", value: REQUIRE }] } },
    ],
    [
      "Node runs under its permission model",
      "RestrictedRuntime",
      { container: { command: ["node", "--permission", "app.js"] } },
    ],
    [
      "another agent is preloaded",
      "OtherAgent",
      { container: { env: [{ name: "NODE_OPTIONS", value: "-r dd-trace/init" }] } },
    ],
    [
      "another operator was asked to inject",
      "OtherAgent",
      { annotations: { "instrumentation.opentelemetry.io/inject-nodejs": "true" } },
    ],
    ["it is a static pod", "MirrorPod", { annotations: { "kubernetes.io/config.mirror": "x" } }],
    ["it runs on Windows", "WindowsPod", { spec: { os: { name: "windows" } } }],
    ["it cannot resolve the collector", "HostNetwork", { spec: { hostNetwork: true } }],
    [
      "it is a copy of a pod that carries another configuration",
      "InjectedDifferently",
      { annotations: { [INJECTED_ANNOTATION]: "lean@aaaaaaaaaa" } },
    ],
    [
      "its mark is there but the patch was edited away",
      "InjectedDifferently",
      { annotations: { [INJECTED_ANNOTATION]: ASKED } },
    ],
  ])("%s", (_case, expected, difference) => {
    expect(reason(inject(pod(difference), IMAGES))).toBe(expected);
  });

  test("it does not ask", () => {
    expect(reason(inject({ metadata: {}, spec: { containers: [{ name: "app" }] } }, IMAGES))).toBe(
      "NotAsked",
    );
  });

  test("an operator that says no to another agent leaves ours its place", () => {
    const annotations = { "instrumentation.opentelemetry.io/inject-nodejs": "false" };
    expect(reason(inject(pod({ annotations }), IMAGES))).toBe("injected");
  });
});

const word = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/);
const variable: fc.Arbitrary<EnvVar> = fc.oneof(
  fc.record({ name: word, value: fc.string({ maxLength: 20 }) }),
  fc.record({ name: fc.constant("NODE_OPTIONS"), value: fc.string({ maxLength: 20 }) }),
  fc.record({ name: word }),
);
const container: fc.Arbitrary<Container> = fc.record(
  {
    name: fc.stringMatching(/^[a-z]{1,5}$/),
    image: fc.constant("app:1"),
    env: fc.array(variable, { maxLength: 5 }),
    volumeMounts: fc.array(
      fc.record({
        name: fc.constant("data"),
        mountPath: fc.constantFrom("/data", "/var/lib", "/flash"),
      }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ["name"] },
);
const anyPod: fc.Arbitrary<Template> = fc
  .record({
    containers: fc.uniqueArray(container, {
      minLength: 1,
      maxLength: 3,
      selector: ({ name }) => name,
    }),
    initContainers: fc.option(fc.array(fc.record({ name: fc.constant("init") }), { maxLength: 1 })),
    volumes: fc.option(fc.array(fc.record({ name: fc.constant("data") }), { maxLength: 1 })),
    profile: fc.constantFrom("full", "lean", "sampled", "metrics"),
    which: fc.nat(),
  })
  .map(({ containers, initContainers, volumes, profile, which }) => ({
    metadata: {
      annotations: {
        [AGENT_ANNOTATION]: `${profile}@0123456789;container=${containers[which % containers.length]?.name ?? ""}`,
      },
    },
    spec: {
      containers,
      ...(initContainers ? { initContainers } : {}),
      ...(volumes ? { volumes } : {}),
    },
  }));

describe("for every pod", () => {
  test("a second pass over the result changes nothing", () => {
    fc.assert(
      fc.property(anyPod, (before) => {
        expect(reason(inject(patched(before), IMAGES))).toBe("AlreadyInjected");
      }),
    );
  });

  test("what the user wrote is still there, in its order; only the last NODE_OPTIONS grew at its end", () => {
    fc.assert(
      fc.property(anyPod, (before) => {
        const after = patched(before);
        before.spec.containers.forEach((user, index) => {
          const { env = [], volumeMounts = [], ...rest } = user;
          const now = after.spec.containers[index];
          expect(now).toMatchObject(rest);
          expect(now?.volumeMounts?.slice(0, volumeMounts.length) ?? []).toEqual(volumeMounts);
          const kept = (now?.env ?? []).filter(({ name }) => !name.startsWith("FLASHCARD_OTEL_"));
          env.forEach(({ name, value = "" }, position) => {
            expect(kept[position]?.name).toBe(name);
            expect((kept[position]?.value ?? "").startsWith(value)).toBe(true);
            if (name !== "NODE_OPTIONS") expect(kept[position]?.value ?? "").toBe(value);
          });
        });
      }),
    );
  });

  test("all containers but one, and the order of containers, are as they were", () => {
    fc.assert(
      fc.property(anyPod, (before) => {
        const after = patched(before);
        const changed = after.spec.containers.filter(
          (now, index) => JSON.stringify(now) !== JSON.stringify(before.spec.containers[index]),
        );
        expect(changed).toHaveLength(1);
        expect(after.spec.containers.map(({ name }) => name)).toEqual(
          before.spec.containers.map(({ name }) => name),
        );
      }),
    );
  });

  test("the same pod gives the same bytes, and the pod itself is not touched", () => {
    fc.assert(
      fc.property(anyPod, (before) => {
        const copy = structuredClone(before);
        expect(JSON.stringify(inject(before, IMAGES))).toBe(JSON.stringify(inject(copy, IMAGES)));
        expect(before).toEqual(copy);
      }),
    );
  });
});

describe("profile full, to the letter", () => {
  const after = patched(pod({ annotations: { [AGENT_ANNOTATION]: "full@0123456789" } }));

  test("brings the SDK by an init container that always succeeds and may do nothing else", () => {
    expect(after.spec.initContainers).toEqual([
      {
        name: "flashcard-otel-full",
        image: IMAGES.operator,
        imagePullPolicy: "IfNotPresent",
        command: [
          "node",
          "-e",
          'try { require("fs").cpSync("/agent-full", "/flashcard-otel-full", { recursive: true }) } catch (error) { console.error(String(error)) }',
        ],
        resources: {
          requests: { cpu: "10m", memory: "64Mi" },
          limits: { cpu: "1", memory: "256Mi" },
        },
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65532,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
          seccompProfile: { type: "RuntimeDefault" },
        },
        volumeMounts: [{ name: "flashcard-otel-full", mountPath: "/flashcard-otel-full" }],
      },
    ]);
  });

  test("gives the application both folders, to read only", () => {
    expect(after.spec.volumes).toEqual([
      { name: "flashcard-otel-agent", configMap: { name: "flashcard-otel-agent-0123456789" } },
      { name: "flashcard-otel-full", emptyDir: { sizeLimit: "256Mi" } },
    ]);
    expect(first(after).volumeMounts).toEqual([
      { name: "flashcard-otel-agent", mountPath: "/flashcard-otel", readOnly: true },
      { name: "flashcard-otel-full", mountPath: "/flashcard-otel-full", readOnly: true },
    ]);
  });
});

describe("who is left alone is told why", () => {
  const skipped = (before: Template) => {
    const result = inject(before, IMAGES);
    return "skip" in result ? result.skip : undefined;
  };

  test.each<[string, Template, { reason: string; message: string }]>([
    [
      "a pod without metadata",
      { spec: { containers: [] } },
      { reason: "NotAsked", message: "no annotation flashcard-otel.dev/agent" },
    ],
    [
      "a pod without annotations",
      { metadata: {}, spec: { containers: [] } },
      { reason: "NotAsked", message: "no annotation flashcard-otel.dev/agent" },
    ],
    [
      "an annotation that cannot be read, in short",
      pod({ annotations: { [AGENT_ANNOTATION]: "x".repeat(200) } }),
      { reason: "BadAnnotation", message: `flashcard-otel.dev/agent: ${"x".repeat(100)}` },
    ],
    [
      "a container that is not there",
      pod({ annotations: { [AGENT_ANNOTATION]: `${ASKED};container=web` } }),
      { reason: "ContainerMissing", message: "there is no container web" },
    ],
    [
      "a pod without containers",
      { ...pod(), spec: { containers: [] } },
      { reason: "ContainerMissing", message: "there is no container " },
    ],
  ])("%s", (_what, before, why) => {
    expect(skipped(before)).toEqual(why);
  });
});

describe("operations that protect the user", () => {
  const patchOf = (before: Template) => {
    const result = inject(before, IMAGES);
    return "patch" in result ? result.patch : [];
  };

  test("the container is named before anything is changed, and its variable as it was", () => {
    const env = [{ name: "NODE_OPTIONS", value: "--a" }];
    const tests = patchOf(pod({ container: { env } })).filter(({ op }) => op === "test");
    expect(tests).toEqual([
      { op: "test", path: "/spec/containers/0/name", value: "app" },
      { op: "test", path: "/spec/containers/0/env/0", value: env[0] },
    ]);
  });

  test("an empty variable is filled without a blank", () => {
    const env = [{ name: "NODE_OPTIONS", value: "" }];
    expect(valuesOf(patched(pod({ container: { env } })), "NODE_OPTIONS")).toEqual([REQUIRE]);
  });

  test("the pod's identity is read from the pod", () => {
    const paths = first(patched(pod())).env?.map(
      ({ valueFrom }) =>
        (valueFrom as { fieldRef?: { fieldPath: string } } | undefined)?.fieldRef?.fieldPath,
    );
    expect(paths).toEqual([
      "metadata.name",
      "metadata.uid",
      "spec.nodeName",
      "metadata.namespace",
      undefined,
    ]);
  });
});
