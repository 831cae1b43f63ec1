/** The operator's own comparisons, asked about one job: all places where the new telemetry is not what the old was. */
import { compareRows } from "../../operator/parity/compare.ts";
import type { Window } from "../../operator/parity/increase.ts";
import { correlation, recordsIn } from "../../operator/parity/logs.ts";
import { SPAN_ATTRIBUTES } from "../../agent/contract.ts";
import { spanAttributes } from "../../dashboards/parity.ts";
import { type Jaeger, jaeger } from "../../operator/measurement/jaeger.ts";
import { prometheus } from "../../operator/measurement/prometheus.ts";
import { type Rig, SCRAPE_JOB } from "../../operator/backends/testing/rig.ts";
import { explainRows } from "../../operator/quality/explain.ts";
import { shedding } from "../../operator/quality/shedding.ts";
import type { Contract } from "../../operator/quality/subject.ts";
import { examineServices } from "../../operator/quality/traces.ts";
import type { ParityRow } from "../../verdict/paritymap.ts";
import { type Defect, slug } from "./defects.ts";
import { CLEAN, type Patient, SERVICES } from "./patient.ts";
import { serviceIn } from "./traces.ts";

export interface Finding {
  /** Row of the map, `ROW: spans`, `traces of SERVICE: CHECK` or `logs of SERVICE`. */
  place: string;
  message: string;
}

export interface Scene {
  rig: Rig;
  patient: Patient;
  rows: ParityRow[];
}

const within = (selector: string, matcher: string): string =>
  selector.includes("{") ? selector.replace("{", `{${matcher},`) : `${selector}{${matcher}}`;

const FINE = ["Match", "Exceeds"];

/** Old series of the scrape against new ones of the job. */
const metricsOf = async (
  { rig, rows }: Scene,
  job: string,
  { window, doubles = false }: { window: Window; doubles?: boolean },
): Promise<Finding[]> => {
  const door = prometheus(rig.metrics, fetch);
  const old = doubles ? `job=~"${SCRAPE_JOB}|${job}/.*"` : `job="${SCRAPE_JOB}"`;
  const asked = rows.map((row) => ({
    ...row,
    legacy: within(row.legacy, old),
    otel: within(row.otel, `job=~"${job}/.*"`),
  }));
  const { rows: found } = await compareRows(asked, { legacy: door, otel: door }, window);
  return found.flatMap(({ verdict, message }, index) =>
    FINE.includes(verdict)
      ? []
      : [{ place: rows[index]?.row ?? "", message: `${verdict}: ${message}` }],
  );
};

/** The name under which a service's spans are. */
type Copied = (service: string) => string;

const contract: Contract = {
  known: { ...SPAN_ATTRIBUTES, ...spanAttributes, "batch.id": "many" },
  isClosed: true,
  exempt: [],
};

const tracesOf = async ({ rig }: Scene, copied: Copied, now: number): Promise<Finding[]> => {
  const all = await examineServices(SERVICES.map(copied), jaeger(rig.traces, fetch), {
    now,
    contract,
  });
  return all.flatMap(({ rows, service }, index) =>
    rows.flatMap(({ row, verdict, message }) =>
      verdict === "Differs"
        ? [{ place: row.replace(service, SERVICES[index] ?? ""), message }]
        : [],
    ),
  );
};

const renamed = (door: Jaeger, copied: Copied): Jaeger => ({
  ...door,
  search: (wish) => door.search({ ...wish, service: copied(wish.service) }),
});

/** Counters of the clean job against spans of the copy. */
const operationsOf = async (
  { rig, rows }: Scene,
  copied: Copied,
  window: Window,
): Promise<Finding[]> => {
  const door = prometheus(rig.metrics, fetch);
  const asked = rows.map((row) => ({ ...row, legacy: within(row.legacy, `job="${SCRAPE_JOB}"`) }));
  const services = [...SERVICES];
  const found = await explainRows(
    { rows: asked, services, partial: await shedding(services, door, window) },
    { legacy: door, otel: door, traces: renamed(jaeger(rig.traces, fetch), copied) },
    window,
  );
  return found.flatMap(({ row, verdict, message }) =>
    FINE.includes(verdict) ? [] : [{ place: row, message: `${verdict}: ${message}` }],
  );
};

const LOOKED_UP = 5;
const LATENESS_SECONDS = 15;

const logsOf = async (
  { rig, patient }: Scene,
  change: (line: string, service: string) => string,
  now: number,
): Promise<Finding[]> => {
  const door = jaeger(rig.traces, fetch);
  const findings: Finding[] = [];
  for (const service of SERVICES) {
    const lines = patient.logOf(service).split("\n");
    const text = lines.map((line) => change(line, service)).join("\n");
    const records = recordsIn(text, (now - LATENESS_SECONDS) * 1000);
    const ids = [...new Set(records.flatMap(({ traceId }) => traceId ?? []))].slice(-LOOKED_UP);
    const known = await Promise.all(ids.map((id) => door.trace(id)));
    const counts = { looked: ids.length, found: known.filter((trace) => trace).length };
    const { trouble } = correlation(service, records, counts);
    if (trouble) findings.push({ place: `logs of ${service}`, message: trouble });
  }
  return findings;
};

/** What is found where nothing is planted. */
export const judgeClean = async (scene: Scene, window: Window): Promise<Finding[]> => {
  const now = Date.now() / 1000;
  return [
    ...(await metricsOf(scene, CLEAN, { window })),
    ...(await tracesOf(scene, (service) => service, now)),
    ...(await operationsOf(scene, (service) => service, window)),
    ...(await logsOf(scene, (line) => line, now)),
  ];
};

/** What is found in the copy with one defect. */
export const judgeDefect = async (
  scene: Scene,
  defect: Defect,
  window: Window,
): Promise<Finding[]> => {
  const now = Date.now() / 1000;
  const { doubles = false, metrics, spans, losing, log } = defect;
  const copied: Copied = (service) => serviceIn(defect, service);
  const change = (line: string, service: string): string =>
    log?.service === service ? log.change(line) : line;
  return [
    ...(metrics ? await metricsOf(scene, slug(defect), { window, doubles }) : []),
    ...(spans ? await tracesOf(scene, copied, now) : []),
    ...(losing ? await operationsOf(scene, copied, window) : []),
    ...(log ? await logsOf(scene, change, now) : []),
  ];
};
