/** Every query of the new dashboards is asked once, as Grafana would, before anybody is shown them. */
import type { Prometheus, Sample } from "../measurement/prometheus.ts";
import { panelQueries, type Query } from "./boards.ts";
import type { Seen } from "./look.ts";
import type { Missing, Sides } from "./proof.ts";
import { filledIn } from "./promql.ts";

/** At once, so that a dashboard of a hundred panels is no load test. */
const TOGETHER = 8;

const hasNumber = (samples: Sample[]): boolean =>
  samples.some(({ value }) => Number.isFinite(value));

const emptyOnes = async (queries: Query[], source: Prometheus): Promise<Query[]> => {
  const empty: Query[] = [];
  for (let from = 0; from < queries.length; from += TOGETHER) {
    const some = queries.slice(from, from + TOGETHER);
    const answers = await Promise.all(
      some.map(async (query) => hasNumber(await source.query(filledIn(query.expression)))),
    );
    empty.push(...some.filter((_, index) => !answers[index]));
  }
  return empty;
};

/** A panel of failures is empty where nothing has failed: fine, if the old panel of the same title shows nothing either. */
export const dataOnPanels = async (
  { otelBoard, legacyBoard }: Seen,
  { otel, legacy }: Sides,
): Promise<Missing> => {
  if (!otelBoard) return undefined;
  const queries = panelQueries(otelBoard);
  const empty = await emptyOnes(queries, otel);
  if (empty.length === 0) return undefined;
  const keys = new Set(empty.map(({ key }) => key));
  const old = legacyBoard ? panelQueries(legacyBoard).filter(({ key }) => keys.has(key)) : [];
  const before = legacy ? await emptyOnes(old, legacy) : [];
  const excused = new Set(before.map(({ key }) => key));
  const lost = empty.filter(({ key }) => !excused.has(key));
  // All excused would mean that nothing was seen at all.
  const [first] = lost.length === 0 && empty.length === queries.length ? empty : lost;
  return first
    ? {
        reason: "PanelsEmpty",
        message: `${Math.max(lost.length, 1)} of ${queries.length} queries of the new dashboards return nothing; first: ${first.where}`,
      }
    : undefined;
};
