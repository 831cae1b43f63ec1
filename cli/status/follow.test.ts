/** `status -w`, with changes that the test makes. */
import { describe, expect, test } from "@jest/globals";
import { ClusterError } from "@flashcard-otel/operator/cluster/cluster.ts";
import type { MemoryOptions } from "@flashcard-otel/operator/cluster/memory.ts";
import type { Listener, OpenWatch } from "@flashcard-otel/operator/cluster/watch.ts";
import { until } from "../../e2e/kit/wait.ts";
import { commands } from "../table.ts";
import { run } from "../program.ts";
import { MIDDLE, migration } from "../testing/scene.ts";
import { shop } from "../testing/shop.ts";
import { terminal } from "../testing/terminal.ts";

const watching = (isTerminal: boolean, fail: MemoryOptions["fail"] = () => undefined) => {
  const listeners: Listener[] = [];
  let stopped = false;
  const openWatch: OpenWatch = (_interest, listener) => {
    listeners.push(listener);
    return {
      synced: () => true,
      stop: () => {
        stopped = true;
        return Promise.resolve();
      },
    };
  };
  const place = shop({ openWatch, options: { fail } });
  const enough = new AbortController();
  const io = terminal({ connection: () => place, isTerminal, signal: enough.signal });
  const done = run(commands, ["status", "-w"], io);
  const change = (status: object) => {
    const object = place.memory.put(migration({ status }));
    for (const listener of listeners) listener.onChange({ type: "Present", object });
  };
  const says = (text: string) =>
    until({ what: text, seconds: 10, everyMs: 5 }, () => Promise.resolve(io.out().includes(text)));
  return { change, says, io, listeners, enough, done, isStopped: () => stopped };
};

const instrumented = { ...MIDDLE, phase: "Instrumented" };

describe("status -w", () => {
  test("prints one line for each piece of news in a pipe, and ends with the watch closed", async () => {
    const { change, says, io, enough, done, isStopped, listeners } = watching(false);
    await says("shop/pipeline Alongside");
    await until({ what: "a watch", seconds: 10, everyMs: 5 }, () =>
      Promise.resolve(listeners.length > 0),
    );
    change(instrumented);
    await says("InstrumentedReached");
    enough.abort();
    expect(await done).toBe(0);
    expect(isStopped()).toBe(true);
    expect(io.out().trim().split("\n")).toHaveLength(2);
  });

  test("ends with the error of a look, and the watch closed", async () => {
    let broken = false;
    const away = () =>
      broken ? new ClusterError("Unavailable", "connect ECONNREFUSED") : undefined;
    const { change, done, isStopped, listeners, io } = watching(false, away);
    await until({ what: "a watch", seconds: 10, everyMs: 5 }, () =>
      Promise.resolve(listeners.length > 0),
    );
    broken = true;
    change(instrumented);
    expect(await done).toBe(1);
    expect(isStopped()).toBe(true);
    expect(io.err()).toMatch(/cannot be reached/);
  });

  test("draws the tree anew on a terminal", async () => {
    const { change, says, enough, done, io, listeners } = watching(true);
    await until({ what: "a watch", seconds: 10, everyMs: 5 }, () =>
      Promise.resolve(listeners.length > 0),
    );
    change(instrumented);
    await says("\u001B[1mInstrumented\u001B[22m, on the way");
    enough.abort();
    await done;
    expect(io.out().split("\u001B[H\u001B[J").length).toBeGreaterThan(2);
  });
});
