import { describe, expect, test } from "@jest/globals";
import { trace } from "@opentelemetry/api";
import { PipelineError } from "../domain/errors.ts";
import { createThroughput } from "../domain/throughput.ts";
import { nuanceOf } from "../mock-llm/answers.ts";
import { type Message } from "../queue/message.ts";
import { type Database } from "../store/database.ts";
import { type ItemResult } from "../store/results.ts";
import { recorder } from "../testing/recorder.ts";
import { processor } from "./process.ts";

const item = { position: 1, term: "사과", type: "noun" } as const;
const result: ItemResult = {
  nuance: nuanceOf(item),
  cards: [],
  cachedStage1: true,
  cachedStage2: false,
};

const message = (changes: Partial<Message["work"]> = { itemId: "7", batchId: "b" }): Message => ({
  stream: "s",
  id: "1-0",
  work: { ...item, attempt: 1, ...changes },
  carrier: {},
});

interface Scene {
  /** Outcomes of one attempt after the other; the last one stays. */
  outcomes: (ItemResult | PipelineError)[];
  rows?: unknown[];
  databaseFails?: boolean;
  stopping?: boolean;
}

const play = async (
  { outcomes, rows = [], databaseFails = false, stopping = false }: Scene,
  given = message(),
) => {
  const { monitor, told } = recorder();
  const acts: string[] = [];
  let attempt = 0;
  const database: Database = {
    query: async <Row>({ name }: { name: string }) => {
      if (databaseFails) throw new PipelineError("Database", "away");
      acts.push(name);
      return rows as Row[];
    },
    close: async () => {},
  };
  const handle = processor({
    makeCards: async () => {
      const outcome = outcomes[Math.min(attempt, outcomes.length - 1)];
      attempt += 1;
      if (outcome instanceof PipelineError) throw outcome;
      return outcome ?? result;
    },
    consumer: {
      finish: async () => void acts.push("finish"),
      requeue: async () => void acts.push("requeue"),
    },
    database,
    waiters: {
      wait: async () => result,
      resolve: (id) => void acts.push(`resolve ${id}`),
      reject: (id) => void acts.push(`reject ${id}`),
    },
    throughput: createThroughput(),
    monitor,
    tracer: trace.getTracer("test"),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    seconds: () => 0,
    sleep: async (ms) => void acts.push(`sleep ${ms}`),
    stopping: () => stopping,
    quarantined: () => acts.push("quarantined"),
  });
  await handle(given);
  return { acts, told };
};

const bad = new PipelineError("Parsing", "no JSON");
const degraded = new PipelineError("RateLimit", "used up", { retryAfterSeconds: 2 });
const failure = { attempts: 1, quarantined: false, ended: false };

describe("what becomes of a message", () => {
  test("rows are written before the message is finished: a crash in between repeats, and never loses", async () => {
    expect((await play({ outcomes: [result] })).acts).toEqual(["complete-item", "finish"]);
  });

  test("a degraded neighbour is waited for and counts against nobody", async () => {
    const { acts } = await play({ outcomes: [degraded, degraded, result] });
    expect(acts).toEqual(["sleep 2000", "sleep 2000", "complete-item", "finish"]);
  });

  test("who is told to stop while waiting leaves the message to others", async () => {
    expect((await play({ outcomes: [degraded], stopping: true })).acts).toEqual([]);
  });

  test("a failure is counted and the item goes to the end of the queue", async () => {
    expect((await play({ outcomes: [bad], rows: [failure] })).acts).toEqual([
      "fail-item",
      "requeue",
    ]);
  });

  test("the last failure quarantines the item and finishes its message", async () => {
    const { acts } = await play({
      outcomes: [bad],
      rows: [{ ...failure, attempts: 3, quarantined: true }],
    });
    expect(acts).toEqual(["fail-item", "quarantined", "finish"]);
  });

  test("an item that somebody else finished meanwhile is neither failed nor repeated", async () => {
    expect((await play({ outcomes: [bad], rows: [] })).acts).toEqual(["fail-item", "finish"]);
  });

  test("without a database nothing is decided: the message stays pending", async () => {
    expect((await play({ outcomes: [result], databaseFails: true })).acts).toEqual([]);
    expect((await play({ outcomes: [bad], databaseFails: true })).acts).toEqual([]);
  });

  test("the write that ends a batch tells it once", async () => {
    const ended = { id: "b", status: "partial", total: 4, seconds: 2, ended: true };
    const { told } = await play({ outcomes: [result], rows: [ended] });
    expect(told("batch")).toEqual([{ stage: "completed", success: false }]);
    expect(
      (await play({ outcomes: [result], rows: [{ ...ended, ended: false }] })).told("batch"),
    ).toEqual([]);
  });

  test("a single item answers who asked, well or badly, and is never repeated", async () => {
    const single = message({ requestId: "r" });
    expect((await play({ outcomes: [result] }, single)).acts).toEqual([
      "insert-completed-item",
      "finish",
      "resolve r",
    ]);
    expect((await play({ outcomes: [bad] }, single)).acts).toEqual(["finish", "reject r"]);
  });
});
