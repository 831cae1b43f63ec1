/** What is left out for now because the agent costs too much. Written by the governor alone; hot code only looks. */
import { expectHex, hexFailed, hexWord } from "./hex.ts";
import { random32 } from "./ids.ts";
import { quieten } from "./switch.ts";

const WHOLE = 4294967296;
/** Where the last eight digits of the trace id begin in a `traceparent`. */
const AT_T3 = 27;

/** What the application says about its spans. */
export let keepsDetails = true;
/** Spans of database and cache calls; their durations stay. */
export let keepsCalls = true;
/** Whether every request is looked at. Where it is not, the others have their own duration and the application's numbers, nothing else. */
export let observesAll = true;
/** How many calls one that was seen stands for. */
export let weight = 1;

let threshold = WHOLE;
/** What is looked at and under way: requests served, messages consumed. */
let open = 0;

export function began(): void {
  if (open++ === 0 && !observesAll) quieten(false);
}

export function ended(): void {
  if (--open === 0 && !observesAll) quieten(true);
}

export interface Shedding {
  details: boolean;
  calls: boolean;
  /** Share of the requests that are looked at. */
  share: number;
}

export function shed({ details, calls, share }: Shedding): void {
  keepsDetails = details;
  keepsCalls = calls;
  observesAll = share === 1;
  weight = share > 0 ? 1 / share : 0;
  threshold = share * WHOLE;
  quieten(!observesAll && open === 0);
}

/** By the trace id where there is one, so that services that shed as much keep the same traces. */
export function isObserved(traceparent: unknown): boolean {
  if (observesAll) return true;
  return wordOf(traceparent) >>> 0 < threshold;
}

function wordOf(traceparent: unknown): number {
  if (typeof traceparent !== "string" || traceparent.length < AT_T3 + 8) return random32();
  expectHex();
  const word = hexWord(traceparent, AT_T3);
  return hexFailed ? random32() : word;
}

/** The same decision for ids that have been read already. */
export const isWordObserved = (t3: number): boolean => t3 >>> 0 < threshold;
