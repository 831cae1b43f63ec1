import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import { until } from "../../e2e/kit/wait.ts";
import type { Answer, Reading, Wire } from "./wire.ts";
import { type Change, type Watch, watcher } from "./watch.ts";

const interest = { apiVersion: "v1", kind: "ConfigMap", namespace: "default" };
const patience = { silenceMs: 1000, relistMs: 60_000, firstPauseMs: 1, longestPauseMs: 20 };

const object = (name: string, resourceVersion: string) => ({
  metadata: { name, namespace: "default", resourceVersion },
});
const page = (items: object[], resourceVersion: string, rest = {}): Answer => ({
  status: 200,
  text: JSON.stringify({ metadata: { resourceVersion, ...rest }, items }),
});
const event = (type: string, one: object): string => JSON.stringify({ type, object: one });

type Stream = (reading: Reading) => Promise<void>;

/** A watch that stays open until it is aborted. */
const open: Stream = ({ signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
  });

const lines =
  (...texts: string[]): Stream =>
  async (reading) => {
    for (const text of texts) reading.onLine(text);
    return open(reading);
  };

const take = <T>(script: T[]): T | undefined => (script.length > 1 ? script.shift() : script[0]);

/** An API server that gives the answers of a script, the last one for ever. */
const server = (lists: (Answer | Error)[], streams: Stream[]) => {
  const asked: string[] = [];
  const wire: Wire = {
    call: async ({ path }) => {
      asked.push(path);
      const answer = take(lists);
      if (answer instanceof Error || !answer) throw answer;
      return answer;
    },
    stream: async (path, reading) => {
      asked.push(path);
      await take(streams)?.(reading);
    },
  };
  return { wire, asked };
};

let watch: Watch | undefined;
afterEach(async () => {
  await watch?.stop();
});

const start = (script: ReturnType<typeof server>, settings = {}) => {
  const told: string[] = [];
  const troubles: string[] = [];
  const onChange = ({ type, object: one }: Change) =>
    void told.push(`${type} ${one.metadata.name}`);
  const onTrouble = ({ message }: Error) => void troubles.push(message);
  const opened = watcher(script.wire, async () => "/things", { ...patience, ...settings })(
    interest,
    { onChange, onTrouble },
  );
  watch = opened;
  return { told, troubles, synced: opened.synced };
};

const settled = (what: string, look: () => boolean) =>
  until({ what, seconds: 3, everyMs: 2 }, async () => look());

test("tells what is there, then what changes", async () => {
  const script = server(
    [page([object("a", "1")], "5")],
    [lines(event("MODIFIED", object("a", "6")), event("DELETED", object("a", "7")))],
  );
  const { told, synced } = start(script);
  await settled("the deletion", () => told.length === 3);
  expect(told).toEqual(["Present a", "Present a", "Gone a"]);
  expect(synced()).toBe(true);
  expect(script.asked[1]).toMatch(/watch=1.*allowWatchBookmarks=true.*resourceVersion=5/);
});

test("a list in pages is one list", async () => {
  const script = server(
    [page([object("a", "1")], "5", { continue: "more" }), page([object("b", "1")], "5")],
    [open],
  );
  const { told } = start(script);
  await settled("both pages", () => told.length === 2);
  expect(script.asked[1]).toContain("continue=more");
});

test("a list of nothing is followed by a watch, also where its items are null, as those of metadata are", async () => {
  const nothing = JSON.stringify({ metadata: { resourceVersion: "5" }, items: null });
  const script = server(
    [{ status: 200, text: nothing }],
    [lines(event("ADDED", object("a", "6")))],
  );
  const { told, troubles } = start(script);
  await settled("the first one", () => told.length === 1);
  expect(troubles).toEqual([]);
});

const bookmarked: Stream = async ({ onLine }) => onLine(event("BOOKMARK", object("", "9")));

test("a watch that ends in good order goes on where it was, bookmarks included", async () => {
  const script = server([page([], "5")], [bookmarked, open]);
  start(script);
  await settled("the second watch", () => script.asked.length === 3);
  expect(script.asked[2]).toContain("resourceVersion=9");
});

describe("a list that follows trouble tells what has gone meanwhile", () => {
  const gone = (name: string): Stream =>
    lines(JSON.stringify({ type: "ERROR", object: { code: 410, message: name } }));
  const broken: [string, Stream][] = [
    ["the version is too old", gone("Expired")],
    [
      "the server reports an error in the stream",
      lines(JSON.stringify({ type: "ERROR", object: { code: 500, message: "boom" } })),
    ],
    ["half a line arrives", lines('{"type":"ADDED","obj')],
    ["the connection is reset", async () => Promise.reject(new Error("ECONNRESET"))],
  ];
  test.each(broken)("when %s", async (_what, stream) => {
    const script = server(
      [page([object("a", "1"), object("b", "1")], "5"), page([object("b", "1")], "8")],
      [stream, open],
    );
    const { told, troubles } = start(script);
    await settled("the second list", () => told.includes("Gone a"));
    expect(told).toEqual(["Present a", "Present b", "Present b", "Gone a"]);
    expect(troubles).toHaveLength(1);
  });
});

test("lists that fail are tried again and again", async () => {
  const script = server(
    [
      new Error("500"),
      { status: 429, text: "" },
      new Error("reset"),
      page([object("a", "1")], "5"),
    ],
    [open],
  );
  const { told, troubles } = start(script);
  await settled("the list", () => told.length === 1);
  expect(troubles).toHaveLength(3);
});

test("a list that fails in the middle forgets nothing", async () => {
  const [both, half, rest] = [
    page([object("a", "1"), object("b", "1")], "5"),
    page([object("a", "1")], "6", { continue: "more" }),
    page([object("a", "1")], "7"),
  ];
  const script = server(
    [both, half, new Error("reset"), rest],
    [async () => Promise.reject(new Error("cut")), open],
  );
  const { told } = start(script);
  await settled("the deletion", () => told.at(-1) === "Gone b");
});

test("a fresh list comes in time, even when the watch works", async () => {
  const script = server([page([], "5")], [({ signal }) => sleep(5, undefined, { signal })]);
  start(script, { relistMs: 10 });
  await settled(
    "the second list",
    () => script.asked.filter((path) => path.includes("limit=")).length > 1,
  );
});

test("a server that ends every watch at once is not asked in a tight loop", async () => {
  const script = server([page([], "5")], [async () => undefined]);
  start(script, { firstPauseMs: 50, longestPauseMs: 5000 });
  await sleep(200);
  expect(script.asked.length).toBeLessThan(8);
});

test("stopping ends it at once", async () => {
  const script = server([page([], "5")], [open]);
  start(script);
  await settled("the watch", () => script.asked.length === 2);
  await watch?.stop();
  expect(script.asked).toHaveLength(2);
});
