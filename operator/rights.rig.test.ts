/**
 * Rights used = rights granted, by the audit log of a real API server: the operator goes there and back with no rights but the
 * chart's. A right that is missing stops it, one that nobody uses is left over here.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { pino } from "pino";
import { until } from "../e2e/kit/wait.ts";
import type { Manifest } from "./cluster/cluster.ts";
import { pathsOf } from "./cluster/paths.ts";
import { watcher } from "./cluster/watch.ts";
import { openWire } from "./cluster/wire.ts";
import { startControl } from "./control.ts";
import { chapterOf } from "./crash/chapters.ts";
import { record } from "./crash/play.ts";
import { type Moment, openStage, type Stage, type StageOptions } from "./crash/stage.ts";
import { ensureCertificate } from "./injection/trust.ts";
import { openMetrics } from "./metrics.ts";
import { world } from "./migration/scenes.ts";
import { type AuditEvent, rulesOf, usedBy } from "./rights.ts";
import { configOf, renderChart } from "./rig.ts";
import { settingsFrom } from "./settings.ts";

const HOME = "flashcard-otel";
const OPERATOR = `system:serviceaccount:${HOME}:rel-controller`;

/** Asked by an admission plugin on the operator's behalf, where it is switched on; no call of its own, so no line of the log. */
const ASKED_FOR_IT = "flashcard-otel.dev/flashcardtelemetries/finalizers update";

const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{ level: Metadata }]
`;

let folder: string;
let stage: Stage;
let granted: string[];
let logsAsked = 0;

/** Kubelets are not there: their logs are answered before they reach the API server and its audit log. */
const countLogs: StageOptions["meter"] = ({ path }, treatment) => {
  if (path.includes("/log?")) logsAsked += 1;
  return treatment;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flashcard-otel-audit-"));
  await writeFile(join(folder, "policy.yaml"), POLICY);
  const flags = [
    `--audit-policy-file=${join(folder, "policy.yaml")}`,
    `--audit-log-path=${join(folder, "audit.log")}`,
    "--enable-admission-plugins=OwnerReferencesPermissionEnforcement",
  ];
  stage = await openStage({ flags, as: OPERATOR, meter: countLogs });
  const manifests = await renderChart();
  const rights = ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];
  for (const manifest of manifests.filter(({ kind }) => rights.includes(kind)))
    await stage.user.apply(manifest);
  await stage.user.apply(prometheusRules);
  const own = manifests.filter(({ metadata }) => metadata.name === "rel-controller");
  granted = [...rulesOf(own, "ClusterRole"), ...rulesOf(own, "Role", HOME)].toSorted();
}, 240_000);

afterAll(async () => {
  await stage.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Of the Prometheus operator, as far as the API server must know it: its rules are read before old series end. */
const prometheusRules: Manifest = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "prometheusrules.monitoring.coreos.com" },
  spec: {
    group: "monitoring.coreos.com",
    scope: "Namespaced",
    names: { kind: "PrometheusRule", plural: "prometheusrules", singular: "prometheusrule" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      },
    ],
  },
};

/** Leads, issues a certificate, watches: what the process does beside looking at migrations. */
const lead = async (): Promise<void> => {
  const wire = openWire(configOf(stage.rig.kubeconfig, OPERATOR));
  const settings = settingsFrom({
    OPERATOR_IMAGE: "operator",
    COLLECTOR_IMAGE: "collector",
    JAEGER_IMAGE: "jaeger",
    PROMETHEUS_IMAGE: "prometheus",
    K6_IMAGE: "k6",
    POD_NAMESPACE: HOME,
    POD_NAME: "operator-0",
    LEASE_NAME: "rel",
    WEBHOOK_SERVICE: "rel-webhook",
    WEBHOOK_CONFIGURATION: "rel-webhook",
    WEBHOOK_SECRET: "rel-webhook",
  });
  let looks = 0;
  const control = startControl({
    settings,
    cluster: stage.rig.as(OPERATOR),
    openWatch: watcher(wire, pathsOf(wire)),
    reconcile: async () => {
      looks += 1;
      return { requeueSeconds: 600, migration: world().migration };
    },
    metrics: openMetrics(),
    now: () => new Date(),
    log: pino({ level: "silent" }),
    leaseTimes: { leaseMs: 3000, giveUpMs: 2000, everyMs: 100 },
  });
  const secret = { apiVersion: "v1", kind: "Secret", namespace: HOME, name: "rel-webhook" };
  await until({ what: "a look and a certificate", seconds: 30, everyMs: 100 }, async () =>
    looks > 0 && (await stage.cluster.read(secret)) ? true : undefined,
  );
  await until({ what: "a watch of jobs", seconds: 30, everyMs: 200 }, async () =>
    (await used()).includes("batch/jobs watch"),
  ).finally(() => control.stop());
  // Long before its end the certificate is another one.
  await ensureCertificate(stage.rig.as(OPERATOR), {
    secretName: settings.webhook.secret,
    namespace: HOME,
    configurationName: settings.webhook.configuration,
    dnsNames: ["rel-webhook.flashcard-otel.svc"],
    now: new Date(Date.now() + 3650 * 86_400_000),
  });
};

const used = async (): Promise<string[]> => {
  const log = await readFile(join(folder, "audit.log"), "utf8");
  const whole = log.slice(0, log.lastIndexOf("\n"));
  const events = whole.split("\n").map((text) => JSON.parse(text) as AuditEvent);
  return usedBy(OPERATOR, events, granted);
};

test("what the operator may do is what it does, there and back", async () => {
  const webhook = (await renderChart()).find(({ kind }) => kind === "MutatingWebhookConfiguration");
  if (webhook) await stage.user.apply(webhook);
  const play = async (name: string, before?: Moment): Promise<Moment> =>
    (await record(stage, chapterOf(name), before)).after;
  const alongside = await play("alongside");
  await play("crash loop of a StatefulSet", alongside);
  let moment = await play("instrumented", alongside);
  await lead();
  for (const name of ["validated", "switched", "retired", "back"])
    moment = await play(name, moment);
  expect(logsAsked).toBeGreaterThan(0);
  const seen = [...(await used()), "pods/log get", ASKED_FOR_IT].toSorted();
  expect(seen).toEqual(granted);
}, 300_000);
