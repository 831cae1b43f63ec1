/** The experiment's doors (`loadtest/doors.ts`) in this process: what k6 does in the cluster. */
import { setTimeout } from "node:timers/promises";
import { request } from "../../loadtest/ask.ts";
import type { Doors, Stats } from "../../loadtest/doors.ts";
import type { Side, TrialSettings } from "../../loadtest/settings.ts";
import type { TallyStats } from "../../loadtest/tally.ts";
import type { Sent } from "./workloads.ts";

interface Asked {
  headers?: Record<string, string>;
  sent?: Sent;
  /** Of whoever wants to stop. */
  signal: AbortSignal;
}

/** The body of the answer; rejects unless it is a good one. */
export const ask = async (url: string, { headers = {}, sent, signal }: Asked): Promise<string> => {
  const { status, body } = await request(
    url,
    sent
      ? {
          method: "POST",
          headers: { "content-type": sent.type, ...headers },
          body: sent.body,
          signal,
        }
      : { headers, signal },
  );
  if (status >= 200 && status < 300) return body;
  throw new Error(`${url} answered with status ${status}: ${body.slice(0, 200)}`);
};

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
