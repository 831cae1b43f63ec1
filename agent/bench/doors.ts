/** The experiment's doors (`loadtest/doors.ts`) in this process: what k6 does in the cluster. */
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import type { Doors, Stats } from "../../loadtest/doors.ts";
import type { Side, TrialSettings } from "../../loadtest/settings.ts";
import type { TallyStats } from "../../loadtest/tally.ts";
import type { Sent } from "./workloads.ts";

/** One connection to each, as long as it lasts; whatever does not answer in time is an error. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const DEADLINE_MS = 10_000;

interface Asked {
  headers?: Record<string, string>;
  sent?: Sent;
  /** Of whoever wants to stop. */
  signal: AbortSignal;
}

/** The body of the answer; rejects unless it is a good one. */
export const ask = (url: string, { headers = {}, sent, signal }: Asked): Promise<string> =>
  new Promise((resolve, reject) => {
    const method = sent ? "POST" : "GET";
    const type = sent ? { "content-type": sent.type } : {};
    const asked = request(url, { agent, method, headers: { ...type, ...headers }, signal });
    asked.setTimeout(DEADLINE_MS, () =>
      asked.destroy(new Error(`no answer from ${url} after ${DEADLINE_MS / 1000} s`)),
    );
    asked.on("error", reject);
    asked.on("response", (response) => {
      const { statusCode = 0 } = response;
      text(response).then(
        (body) =>
          statusCode >= 200 && statusCode < 300
            ? resolve(body)
            : reject(new Error(`${url} answered with status ${statusCode}: ${body.slice(0, 200)}`)),
        reject,
      );
    });
    asked.end(sent?.body);
  });

export interface World {
  settings: Pick<TrialSettings, "urls" | "meters" | "sink" | "flushPath">;
  /** What an item of that trace sends. */
  item: (trace: string) => Sent;
  write: (line: string) => void;
  signal: AbortSignal;
}

/** There is no plain twin: nothing is sent to it, and it costs nothing. */
export const doorsOf = ({ settings, item, write, signal }: World): Doors => ({
  item: async (side, { headers }) => {
    if (side === "plain") return;
    const sent = item(headers["traceparent"]?.slice(3, 35) ?? "");
    await ask(`${settings.urls[side]}${sent.path}`, { headers, sent, signal });
  },
  visit: async (side, headers) => {
    if (side !== "plain")
      await ask(`${settings.urls[side]}${settings.flushPath}`, { headers, signal });
  },
  cpu: async (side: Side) =>
    side === "plain" ? 0 : Number(await ask(`${settings.meters[side]}/cpu`, { signal })),
  stats: (): Promise<Stats> => statsOf(settings.sink, signal),
  // There is no collector behind this sink.
  forward: async () => false,
  pause: (seconds) => setTimeout(seconds * 1000),
  now: () => performance.now(),
  write,
});

/** What has arrived at the sink. */
export const statsOf = async (sink: string, signal: AbortSignal): Promise<TallyStats> =>
  JSON.parse(await ask(`${sink}/stats`, { signal })) as TallyStats;
