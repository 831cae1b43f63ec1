/** What an objective of the resource counts, in the series that the agents of its components send. Pure. */
import type { ObjectiveSpec } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";
import type { Sli } from "./burn.ts";

const REQUESTS = "http_server_request_duration_seconds";

/** Share of bad events; a count of which nothing is there yet is zero as long as there are events at all. */
const shareOf = (bad: string, total: string): string => `(${bad} or 0 * ${total}) / ${total}`;

const availability = (job: string, window: string): string => {
  const count = (more: string): string =>
    `sum(rate(${REQUESTS}_count{job="${job}"${more}}[${window}]))`;
  return shareOf(count(',http_response_status_code=~"5.."'), count(""));
};

/** A bound is written as `1` or as `1.0`, by the way it came. Without such a bucket there is no answer, which is better than a wrong one. */
const latency = (job: string, { thresholdSeconds = 0 }: ObjectiveSpec, window: string): string => {
  const within = `sum(rate(${REQUESTS}_bucket{job="${job}",le=~"${thresholdSeconds}(\\\\.0)?"}[${window}]))`;
  return `1 - ${within} / sum(rate(${REQUESTS}_count{job="${job}"}[${window}]))`;
};

const ofItsOwn = ({ good = "", total = "" }: ObjectiveSpec, window: string): string => {
  const [some, all] = [good, total].map((text) => `(${text.replaceAll("$window", window)})`);
  return `1 - ${shareOf(some ?? "", all ?? "")}`;
};

export const sliOf = (migration: Migration, objective: ObjectiveSpec): Sli => {
  const job = `${migration.metadata.namespace}/${objective.component ?? ""}`;
  const ratios = {
    Availability: (window: string) => availability(job, window),
    Latency: (window: string) => latency(job, objective, window),
  };
  const { indicator, name } = objective;
  return {
    errorRatio: indicator ? ratios[indicator] : (window) => ofItsOwn(objective, window),
    labels: { slo: name, edition: "otel" },
  };
};
