/** `logs --trace ID`: what all components wrote about one trace, in the order in which it happened. */
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import type { DeploymentSpec, PodSpec } from "@flashcard-otel/operator/injection/pod.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import type { Handler, Request } from "../command.ts";
import type { Connection } from "../reach/connection.ts";
import { findMigration } from "../reach/migration.ts";
import { reading } from "../reach/reading.ts";
import { painter } from "../text/paint.ts";
import { EXIT, misuse } from "../trouble.ts";

interface Line {
  pod: string;
  container: string;
  text: string;
  /** Milliseconds since the epoch; undefined where the line does not say. */
  at: number | undefined;
}

export const logs: Handler = async (request, io) => {
  const trace = traceIn(request.text("trace"));
  const sinceSeconds = secondsIn(request);
  const connection = await io.connect(request.where);
  const { migration } = await findMigration(connection, request.positionals[0]);
  const { cluster, notes } = reading(connection.cluster, { operator: "" });
  const lines: Line[] = [];
  for (const pod of await podsOf(migration, cluster))
    lines.push(...(await linesOf(pod, { cluster, trace, sinceSeconds })));
  const paint = painter(io);
  if (request.format === "json")
    io.print(`${JSON.stringify(lines.toSorted(byTime), undefined, 2)}\n`);
  else
    for (const { pod, container, text } of lines.toSorted(byTime))
      io.print(`${paint("dim", `[${pod}/${container}]`)} ${text}\n`);
  for (const note of notes) io.remark(`not seen: ${note}\n`);
  if (lines.length > 0) return EXIT.done;
  io.remark(
    `no line of the last ${request.text("since") ?? "1h"} names ${trace}: look further back with --since, or see \`flashcard-otel explain reason LogsUncorrelated\`\n`,
  );
  return EXIT.no;
};

/** Also out of a whole traceparent, which is what people copy. */
const traceIn = (given: string | undefined): string => {
  const [id] = /[0-9a-f]{32}/i.exec(given ?? "") ?? [];
  if (id) return id.toLowerCase();
  throw misuse({
    what: given === undefined ? "--trace is missing" : `--trace ${given} is no trace id`,
    why: "a trace id has 32 hexadecimal digits; a traceparent that contains one will do",
    todo: "flashcard-otel logs --trace 4bf92f3577b34da6a3ce929d0e0e4736",
  });
};

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

const secondsIn = (request: Request): number => {
  const given = request.text("since") ?? "1h";
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(given) ?? [];
  if (count) return Number(count) * (UNITS[unit] ?? 1);
  throw misuse({
    what: `--since ${given} is no length of time`,
    why: "it is a number with s, m, h or d",
    todo: "flashcard-otel logs --trace ID --since 30m",
  });
};

type Reader = Connection["cluster"];

const podsOf = async ({ spec, metadata }: Migration, cluster: Reader): Promise<Manifest[]> => {
  const { namespace } = metadata;
  const found: Manifest[] = [];
  for (const { target } of spec.components) {
    const reference = { apiVersion: "apps/v1", kind: target.kind, namespace, name: target.name };
    const workload = await cluster.read(reference);
    const { matchLabels } = (workload?.spec as DeploymentSpec | undefined)?.selector ?? {};
    const labels = Object.entries(matchLabels ?? {}).map((pair) => pair.join("="));
    if (labels.length > 0)
      found.push(
        ...(await cluster.list({
          apiVersion: "v1",
          kind: "Pod",
          namespace,
          labels: labels.join(","),
        })),
      );
  }
  return found;
};

interface Search {
  cluster: Reader;
  trace: string;
  sinceSeconds: number;
}

const linesOf = async (
  { metadata, spec }: Manifest,
  { cluster, trace, sinceSeconds }: Search,
): Promise<Line[]> => {
  const { name, namespace = "" } = metadata;
  const lines: Line[] = [];
  for (const { name: container } of (spec as PodSpec).containers) {
    const log = await cluster.logs({ namespace, name, container, sinceSeconds });
    for (const text of (log ?? "").split("\n"))
      if (text.toLowerCase().includes(trace))
        lines.push({ pod: name, container, text, at: timeIn(text) });
  }
  return lines;
};

/** pino writes milliseconds, others ISO 8601. */
const timeIn = (text: string): number | undefined => {
  try {
    const { time, timestamp } = JSON.parse(text) as { time?: unknown; timestamp?: unknown };
    const at = time ?? timestamp;
    const parsed = typeof at === "number" ? at : Date.parse(String(at));
    return Number.isNaN(parsed) ? undefined : parsed;
  } catch {
    return undefined;
  }
};

const byTime = (one: Line, other: Line): number =>
  (one.at ?? Infinity) === (other.at ?? Infinity)
    ? 0
    : (one.at ?? Infinity) - (other.at ?? Infinity);
