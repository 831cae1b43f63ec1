/** What the pulse says of itself, once a second on its output. Pure. */

export interface Report {
  items: number;
  done: number;
  /** Items lost, doubled or late. */
  failed: number;
  requests: number;
  failedRequests: number;
  longestGapMs: number;
  lastFailure: string | undefined;
}

const MARK = '"kind":"pulse"';
const COUNTS = ["items", "done", "failed", "requests", "failedRequests", "longestGapMs"] as const;

/** The last complete line of a log that is a report; a line cut in half is none. */
export const lastReport = (log: string): Report | undefined => {
  const lines = log.split("\n").filter((line) => line.replaceAll(/\s/g, "").includes(MARK));
  for (const line of lines.toReversed()) {
    const report = reportIn(line);
    if (report) return report;
  }
  return undefined;
};

/** Undefined for a line that is no report. */
export const reportIn = (line: string): Report | undefined => {
  try {
    const said = JSON.parse(line) as Record<string, unknown>;
    const counts = COUNTS.map((name) => [name, said[name]] as const);
    if (!counts.every(([, value]) => typeof value === "number" && value >= 0)) return undefined;
    const { lastFailure } = said;
    return {
      ...(Object.fromEntries(counts) as Record<(typeof COUNTS)[number], number>),
      lastFailure: typeof lastFailure === "string" ? lastFailure : undefined,
    };
  } catch {
    return undefined;
  }
};
