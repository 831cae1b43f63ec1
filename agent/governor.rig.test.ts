import { afterAll, expect, test } from "@jest/globals";
import { agentFolder, config, run, until } from "./testing/rig.ts";
import { startSink } from "./testing/sink.ts";

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

const LAST = 8;

test("with a budget nobody can keep, requests are served without spans and context, and every number stays right", async () => {
  const sink = await startSink();
  const folder = await agentFolder(config({ endpoint: sink.endpoint, budgetPercent: 0.001 }));
  const running = run("fastify.mjs", folder);
  closing.push(sink.close, folder.remove, async () => {
    running.child.kill("SIGTERM");
    await running.ended;
  });
  const port = await running.ready;
  const value = (name: string): number => sink.metrics.get(name)?.points[0]?.value ?? 0;
  const served = (): number =>
    sink.metrics
      .get("http.server.request.duration")
      ?.points.find(({ attributes }) => attributes["http.route"] === "/items/:id")?.count ?? 0;
  let sent = 0;
  const item = async () => {
    sent++;
    const answer = await fetch(`http://127.0.0.1:${port}/items/1`);
    return (await answer.json()) as { byFetch: { traceparent: string | null } };
  };

  const first = await item();
  expect(first.byFetch.traceparent).toMatch(/-01$/);
  const busy = new AbortController();
  const load = (async () => {
    while (!busy.signal.aborted) await item();
  })();
  await until(() => value("flashcard_otel.governor.level") === LAST, "the last rung", 30_000);
  busy.abort();
  await load;

  const lines = (): number => running.out().split("in the manual span").length - 1;
  await until(() => lines() === sent, "the last line of every item so far");
  const logged = running.out().length;
  const last = await item();
  expect(last.byFetch.traceparent).toBeNull();
  await until(() => lines() === sent, "the line of the last item");
  expect(running.out().slice(logged)).not.toContain("trace_id");
  await until(() => served() === sent, `a duration of each of ${sent} requests`);
  await until(() => value("items.done") === sent, `${sent} items counted by the application`);
  expect(value("flashcard_otel.governor.observed")).toBe(0);
  expect(value("flashcard_otel.requests.unobserved")).toBeGreaterThan(0);
}, 60_000);
