/** Spans at a constant rate, whatever becomes of them: applications do not wait for their collector. */
import { setTimeout as sleep } from "node:timers/promises";
import { sendSpans } from "../testing/spans.ts";
import type { Answer, Ledger } from "./account.ts";

/** Trace ids say which span it is: a mark of this run, and its number. */
const MARK = "50a5".padEnd(16, "0");
const idOf = (number: number): string => MARK + number.toString(16).padStart(16, "0");
export const numberOf = (traceId: string): number => Number.parseInt(traceId.slice(16), 16);

export interface Load {
  /** Spans per second from now on. */
  rate: (spansPerSecond: number) => void;
  /** Comes back when the last one has been answered. */
  stop: () => Promise<void>;
}

const TICK_MS = 100;
const BATCH = 500;

export const startLoad = (url: string, book: Ledger): Load => {
  let perSecond = 0;
  const over = new AbortController();
  const open = new Set<Promise<void>>();
  const offer = (count: number): void => {
    const numbers = book.next(count);
    const sent = post(url, numbers).then((answer) => {
      book.answered(numbers, answer);
      open.delete(sent);
    });
    open.add(sent);
  };
  const run = async (): Promise<void> => {
    let due = 0;
    let last = performance.now();
    while (!over.signal.aborted) {
      await sleep(TICK_MS);
      const now = performance.now();
      due += (perSecond * (now - last)) / 1000;
      last = now;
      for (; due >= 1; due -= Math.min(Math.floor(due), BATCH))
        offer(Math.min(Math.floor(due), BATCH));
    }
    await Promise.all(open);
  };
  const ended = run();
  return {
    rate: (spansPerSecond) => {
      perSecond = spansPerSecond;
    },
    stop: () => {
      over.abort();
      return ended;
    },
  };
};

const post = async (url: string, numbers: number[]): Promise<Answer> => {
  const status = await sendSpans(
    url,
    numbers.map((number) => ({ traceId: idOf(number) })),
  ).catch(() => 0);
  if (status === 0) return "unanswered";
  return status === 200 ? "taken" : "refused";
};
