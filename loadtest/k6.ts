/** The experiment's doors, in k6. */
import { sleep } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import type { Doors, Request, Stats } from "./doors.ts";
import { item } from "./item.js";
import type { Side, TrialSettings } from "./settings.ts";

export const doorsOf = (settings: TrialSettings): Doors => ({
  item: (side, request) => serveItem(settings.urls[side], request),
  visit: async (side, headers) => {
    const url = `${settings.urls[side]}${settings.flushPath}`;
    const { status, error } = http.get(url, { headers });
    if (status === 0)
      throw new Error(`the ${side} twin does not answer on ${settings.flushPath}: ${error}`);
  },
  cpu: async (side) => cpu(settings.meters[side], side),
  stats: async () => stats(settings.sink),
  forward: async (sequence) => http.get(`${settings.sink}/traces/${sequence}`).status === 200,
  pause: async (seconds) => sleep(seconds),
  // With fractions: durations of items are compared.
  now: () => exec.instance.currentTestRunDuration,
  write: (line) => console.log(line),
});

const serveItem = async (url: string, { headers, n }: Request): Promise<void> => {
  const result: unknown = await item({ url, headers, n, id: String(n), baseUrl: url });
  if (result === false) throw new Error("item() returned false");
  const status = (result as { status?: unknown } | undefined)?.status;
  if (typeof status === "number" && (status < 200 || status > 399))
    throw new Error(`answered with status ${status}`);
};

const cpu = (url: string, side: Side): number => {
  const { status, body, error } = http.get(`${url}/cpu`);
  const value = Number(body);
  if (status === 200 && Number.isFinite(value) && body) return value;
  throw new Error(
    `the meter of the ${side} twin cannot read its CPU: ${asText(body) || error || status}`,
  );
};

const stats = (url: string): Stats => {
  const { status, body, error } = http.get(`${url}/stats`);
  if (status !== 200) throw new Error(`the sink does not answer: ${error || status}`);
  const said = JSON.parse(asText(body)) as Stats;
  const { spans, traces, offTraces, metricPoints } = said;
  if ([spans, traces, offTraces, metricPoints].every(Number.isInteger)) return said;
  throw new Error(`what answers in the place of the sink is none: ${asText(body).slice(0, 100)}`);
};

const asText = (body: unknown): string => (typeof body === "string" ? body : "");
