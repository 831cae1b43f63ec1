/** The pulse over time: the totals it writes once a second, with the time at which the kubelet saw them. */
import type { Cluster, Manifest } from "../../operator/cluster/cluster.ts";
import { GROUP } from "../../operator/migration/schema.ts";
import { reportIn } from "../../operator/pulse/report.ts";
import type { Beat, Migration } from "../facts.ts";

/** An hour at one line a second; a picture needs no more than a few hundred. */
const LINES = 3600;
const MOST_BEATS = 400;

const beatIn = (line: string): Beat | undefined => {
  const space = line.indexOf(" ");
  const at = Date.parse(line.slice(0, space));
  const report = reportIn(line.slice(space + 1));
  if (!report || Number.isNaN(at)) return undefined;
  const { items, failed, requests, failedRequests, longestGapMs } = report;
  return { at, items, failed, requests, failedRequests, longestGapMs };
};

/** Every n-th and the last one: totals lose nothing when some are left out. */
const thinned = (beats: Beat[]): Beat[] => {
  const step = Math.ceil(beats.length / MOST_BEATS);
  return beats.filter((_, index) => (beats.length - 1 - index) % step === 0);
};

export const beatsIn = (log: string): Beat[] =>
  thinned(log.split("\n").flatMap((line) => beatIn(line) ?? []));

const started = ({ metadata }: Manifest): string => metadata.creationTimestamp ?? "";

export const beats = async (
  { namespace, name }: Migration,
  cluster: Pick<Cluster, "list" | "logs">,
): Promise<Beat[]> => {
  const pods = await cluster.list({
    apiVersion: "v1",
    kind: "Pod",
    namespace,
    labels: `${GROUP}/migration=${name},app.kubernetes.io/component=pulse`,
  });
  const latest = pods.toSorted((a, b) => started(b).localeCompare(started(a)))[0];
  if (!latest) return [];
  const log = await cluster.logs({
    namespace,
    name: latest.metadata.name,
    container: "pulse",
    tailLines: LINES,
    timestamps: true,
  });
  return beatsIn(log ?? "");
};
