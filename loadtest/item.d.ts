/** The user's module beside the entry: `trial.js` and `pulse.js` each run with one. It is mounted, never bundled. */
import type { RefinedResponse, ResponseType } from "k6/http";

export interface TrialItem {
  /** Address of the twin, without a path. */
  url: string;
  /** Must go with the item's HTTP request: they tell the agent whether this item is on, and they carry its trace. */
  headers: Record<string, string>;
  /** Running number of the item. */
  n: number;
}

export interface PulseItem {
  /** Unique for this item and this run. */
  id: string;
  /** Running number of the item. */
  n: number;
  /** BASE_URL of the environment; empty when there is none. */
  baseUrl: string;
}

/**
 * One item, from request to result. Throws (or rejects) with a sentence when it failed.
 * In a trial it may be synchronous, and a response with a status outside 200-399 or `false` counts as failed too.
 * In the pulse it must never block: `http.asyncRequest` and timers only.
 */
export function item(
  what: TrialItem & PulseItem,
): Promise<unknown> | RefinedResponse<ResponseType> | boolean | undefined;
