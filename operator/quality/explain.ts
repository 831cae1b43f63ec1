/** Rows that say whether spans explain what counters count: of the parity map, and of the requests that the agents count. */
import type { ParityRow, SpanMap } from "@flashcard-otel/verdict/paritymap.ts";
import type { Jaeger, Span } from "../measurement/jaeger.ts";
import type { Prometheus } from "../measurement/prometheus.ts";
import type { Migration, ParityRow as Row } from "../migration/types.ts";
import { rank } from "../migration/goal.ts";
import { LEAD_SECONDS } from "../parity/sides.ts";
import type { Window } from "../parity/increase.ts";
import { explain, isMeant } from "./operations.ts";
import { readSpans, type Reading } from "./reading.ts";
import { type Answer, notApplicable } from "./subject.ts";

export interface Doors {
  legacy: Prometheus;
  otel: Prometheus;
  traces: Jaeger;
}

export interface Asked {
  rows: ParityRow[];
  /** Components whose spans are looked at. */
  services: string[];
  /** Why spans are not all there; undefined when they should be. */
  partial: string | undefined;
}

/** Why not every operation has a span, by the resource and its status. */
export const partialIn = ({ spec, status }: Migration): string | undefined => {
  const other = status.components.find(
    ({ stage, profile }) => stage !== "Skipped" && profile !== undefined && profile !== "Lean",
  );
  if (other)
    return `${other.name} has profile ${other.profile}: what it records is not all, or not named like this`;
  const { tailSampling } = spec.backends.collector;
  if (tailSampling && rank(status.phase) >= rank("Validated"))
    return "the collector leaves traces out (tailSampling)";
  return undefined;
};

interface Question {
  name: string;
  side: "legacy" | "otel";
  selector: string;
  map: SpanMap;
}

const questionsIn = (rows: ParityRow[]): Question[] =>
  rows.flatMap(({ row, name, kind, legacy, spans }) =>
    spans && kind === "counter"
      ? [
          {
            name: `${name ? `${row} ${name}` : row}: spans`,
            side: "legacy",
            selector: legacy,
            map: spans,
          },
        ]
      : [],
  );

/** Every request that an agent counts has the span of a server. */
const requestsOf = (services: string[]): Question => ({
  name: "requests: spans",
  side: "otel",
  selector: `http_server_request_duration_seconds_count{service_name=~"${services.join("|")}"}`,
  map: {
    where: { "span.kind": ["server"] },
    labels: {
      http_request_method: "http.request.method",
      http_route: "http.route",
      http_response_status_code: "http.response.status_code",
    },
    podLabel: "k8s_pod_name",
  },
});

export const explainRows = async (
  { rows, services, partial }: Asked,
  doors: Doors,
  window: Window,
): Promise<Row[]> => {
  const isTraced = services.length > 0;
  const questions = [...questionsIn(rows), ...(isTraced ? [requestsOf(services)] : [])];
  if (questions.length === 0) return [];
  const why = partial ?? (isTraced ? undefined : "nobody records traces");
  const isWanted = (span: Span): boolean => questions.some(({ map }) => isMeant(span, map));
  const wish = { services, window, isWanted };
  const reading = why === undefined ? await readSpans(doors.traces, wish) : undefined;
  const answers: Row[] = [];
  for (const question of questions) {
    const answer = reading
      ? await answerTo(question, doors, reading)
      : notApplicable(why ?? TOO_MANY);
    answers.push({ row: question.name, ...answer });
  }
  return answers;
};

const TOO_MANY = "there are more spans than can be counted in 20 s";

const answerTo = async (
  { side, selector, map }: Question,
  doors: Doors,
  { spans, window }: Reading,
): Promise<Answer> => {
  // Before the window too: a series that was not there yet has counted from zero.
  const range = { from: window.start - LEAD_SECONDS, to: window.end };
  const series = await doors[side].raw(selector, range);
  if (side === "otel" && !series.some(({ labels }) => labels[map.podLabel ?? ""]))
    return notApplicable("no agent counts requests, or its numbers do not name component and pod");
  return explain(map, { series, spans, window });
};
