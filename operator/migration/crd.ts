/** The CustomResourceDefinition, made from the zod schema and from the rules that only the API server can hold people to. Pure. */
import { z } from "zod";
import { GROUP, KIND, PLURAL, specSchema, statusSchema, VERSION } from "./schema.ts";
import { extend, type Structural, toStructural } from "./structural.ts";

interface Rule {
  /** Property names from the root, `[]` for the items of a list. */
  path: string;
  rule: string;
  /** What to do about it, for the person who gets it. */
  message: string;
}

const NAME_RULE: Rule = {
  path: "",
  rule: "self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
  message:
    "metadata.name: at most 40 characters, a-z, 0-9 and '-', beginning with a letter, because Services are named after it",
};

/** What the way back needs to know stays as it is while rules and dashboards are switched. */
const whileSwitched = (field: string): Rule => ({
  path: "",
  rule: `!has(oldSelf.status) || !has(oldSelf.status.switched) || (has(self.spec.${field}) == has(oldSelf.spec.${field}) && (!has(self.spec.${field}) || self.spec.${field} == oldSelf.spec.${field}))`,
  message: `${field}: they are switched; go back to Validated first, or change the content of the ConfigMaps`,
});

const OUR_RULES: Rule = {
  path: "",
  rule: "!has(self.spec.alerts) || [self.spec.alerts.legacy.configMap, self.spec.alerts.otel.configMap].all(c, c != self.metadata.name + '-rules' && c != self.metadata.name + '-objectives' && !c.endsWith('-before-switch'))",
  message:
    "alerts: NAME-rules, NAME-objectives and names that end with -before-switch are ConfigMaps of the operator; give yours another name",
};

const forbiddenEnv = (path: string, what: string): Rule => ({
  path,
  rule: "self.all(e, !e.name.matches('^(NODE_OPTIONS|LD_.*|.*_PROXY|.*_proxy)$'))",
  message: `${what}: remove NODE_OPTIONS, LD_* and *_PROXY, they would run other code or lead out of the namespace`,
});

const RULES: readonly Rule[] = [
  NAME_RULE,
  whileSwitched("alerts"),
  whileSwitched("dashboards"),
  OUR_RULES,
  {
    path: "spec.components",
    rule: "self.all(c, self.exists_one(d, d.name == c.name))",
    message: "components: each name may occur only once, it is the service.name of the telemetry",
  },
  {
    path: "spec.components",
    rule: "self.all(c, self.exists_one(d, d.target.kind == c.target.kind && d.target.name == c.target.name))",
    message: "components: two of them have the same target, remove one",
  },
  forbiddenEnv("spec.components.[].trial.env", "trial.env"),
  forbiddenEnv("spec.pulse.env", "pulse.env"),
  {
    path: "spec.components.[].trial.env",
    rule: "self.all(e, self.exists_one(f, f.name == e.name))",
    message: "trial.env: each name may occur only once",
  },
  {
    path: "spec.components.[].legacyOff.env",
    rule: "!self.name.matches('^(NODE_OPTIONS|LD_.*|.*_PROXY|.*_proxy|FLASHCARD_OTEL_.*)$')",
    message:
      "legacyOff.env: name the variable that your own code reads to switch its legacy emitter off",
  },
  {
    path: "spec.components.[].trial",
    rule: "self.sideEffects != 'Isolated' || self.skip || self.env.size() > 0",
    message:
      "trial: sideEffects Isolated needs env that points at throw-away stores; or say Accepted, or skip: true",
  },
  {
    path: "spec.backends.collector",
    rule: "!has(self.externalEndpoint) || !(has(self.tailSampling) || has(self.spanMetrics) || has(self.queue) || has(self.kafka) || has(self.exporters) || has(self.memoryMiB))",
    message:
      "backends.collector: externalEndpoint names a collector of your own, which this resource cannot shape; leave one of the two out",
  },
  {
    path: "spec.backends.collector.queue",
    rule: "!has(self.storageClass) || (has(self.storage) && self.storage == 'PersistentVolumeClaim')",
    message:
      "queue: storageClass is of claims; say storage: PersistentVolumeClaim, or leave it out",
  },
  {
    path: "spec.backends.collector.queue",
    rule: "self.storage != 'PersistentVolumeClaim' || oldSelf.storage != 'PersistentVolumeClaim' || (self.storageMiB == oldSelf.storageMiB && has(self.storageClass) == has(oldSelf.storageClass) && (!has(self.storageClass) || self.storageClass == oldSelf.storageClass))",
    message:
      "queue: size and class of a claim stay as they were made; say storage: Memory first (what waits on the disks is lost), then the new claim",
  },
  {
    path: "spec.backends.traces",
    rule: "!has(self.storage) || !has(self.externalQueryUrl)",
    message:
      "backends.traces: externalQueryUrl names a Jaeger of your own, which has its own storage; leave one of the two out",
  },
  {
    path: "spec.backends.collector.exporters.otlp",
    rule: "self.all(e, self.exists_one(f, f.name == e.name))",
    message: "exporters.otlp: each name may occur only once",
  },
  {
    path: "spec.backends.collector.exporters.remoteWrite",
    rule: "self.all(e, self.exists_one(f, f.name == e.name))",
    message: "exporters.remoteWrite: each name may occur only once",
  },
  {
    path: "spec",
    rule: "!has(self.parity) || has(self.legacy)",
    message: "parity compares with the old numbers: say where they are in legacy.prometheus.url",
  },
  {
    path: "spec.objectives",
    rule: "self.all(o, self.exists_one(p, p.name == o.name))",
    message: "objectives: each name may occur only once, it is a label of the rules",
  },
  {
    path: "spec.objectives.[]",
    rule: "has(self.good) == has(self.total) && has(self.component) == has(self.indicator) && has(self.good) != has(self.component)",
    message: "objectives: say either component and indicator, or good and total",
  },
  {
    path: "spec.objectives.[]",
    rule: "!has(self.indicator) || self.indicator != 'Latency' || has(self.thresholdSeconds)",
    message: "objectives: indicator Latency needs thresholdSeconds",
  },
  {
    path: "spec.objectives.[]",
    rule: "!has(self.good) || !has(self.total) || (self.good.contains('[$window]') && self.total.contains('[$window]'))",
    message: "objectives: good and total need [$window] where their range stands",
  },
  {
    path: "spec",
    rule: "!has(self.objectives) || self.objectives.all(o, !has(o.component) || self.components.exists(c, c.name == o.component))",
    message: "objectives: component must be one of components",
  },
];

/** Lists whose items have an identity, so that two writers can each own an item. */
const MAPS: Record<string, string> = { "status.conditions": "type", "status.components": "name" };

const steps = (path: string): string[] => path.split(".").filter((step) => step !== "");

const schemaOf = (schema: z.ZodType, path: string): Structural =>
  toStructural(z.toJSONSchema(schema, { target: "openapi-3.0", io: "input" }), path);

/** Several rules may sit at one path. */
const withRules = (schema: Structural): Structural =>
  Object.entries(Object.groupBy(RULES, ({ path }) => path)).reduce((whole, [path, rules = []]) => {
    const validations = rules.map(({ rule, message }) => ({ rule, message }));
    return extend(whole, steps(path), { "x-kubernetes-validations": validations });
  }, schema);

const withMaps = (schema: Structural): Structural =>
  Object.entries(MAPS).reduce(
    (whole, [path, key]) =>
      extend(whole, steps(path), {
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": [key],
      }),
    schema,
  );

export const schema = (): Structural =>
  withMaps(
    withRules({
      type: "object",
      description: "Moves a pipeline of Node services to OpenTelemetry in five proven steps",
      required: ["spec"],
      properties: {
        apiVersion: { type: "string" },
        kind: { type: "string" },
        metadata: { type: "object" },
        spec: { ...schemaOf(specSchema, "spec"), description: "What is wanted" },
        status: { ...schemaOf(statusSchema, "status"), description: "What has been proven so far" },
      },
    }),
  );

const reasonOf = (type: string): string => `.status.conditions[?(@.type=="${type}")].reason`;

const COLUMNS = [
  {
    name: "Phase",
    type: "string",
    jsonPath: ".status.phase",
    description: "Highest phase that is proven",
  },
  {
    name: "Next",
    type: "string",
    jsonPath: ".status.next.what",
    description: "What is going on, or what is waited for",
  },
  {
    name: "Overhead",
    type: "string",
    jsonPath: reasonOf("OverheadProven"),
    description: "Whether the agent's cost is proven",
  },
  {
    name: "Parity",
    type: "string",
    jsonPath: reasonOf("ParityProven"),
    description: "Whether old and new numbers agree",
  },
  {
    name: "Failed",
    type: "integer",
    jsonPath: ".status.downtime.failed",
    description: "Items of the pulse that failed",
  },
  { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  { name: "Target", type: "string", jsonPath: ".spec.target", priority: 1 },
  { name: "Why", type: "string", jsonPath: ".status.next.message", priority: 1 },
];

export interface CustomResourceDefinition {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: unknown;
}

export const crd = (): CustomResourceDefinition => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${PLURAL}.${GROUP}` },
  spec: {
    group: GROUP,
    scope: "Namespaced",
    names: {
      kind: KIND,
      listKind: `${KIND}List`,
      plural: PLURAL,
      singular: KIND.toLowerCase(),
      shortNames: ["ft"],
      categories: ["flashcard-otel"],
    },
    versions: [
      {
        name: VERSION,
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: COLUMNS,
        schema: { openAPIV3Schema: schema() },
      },
    ],
  },
});
