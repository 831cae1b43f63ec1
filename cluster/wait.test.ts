import { expect, test } from "@jest/globals";
import { GiveUp, waitFor } from "./wait.ts";

test("waiting ends with the first yes, and a probe that throws counts as no", async () => {
  const answers = [
    () => false,
    () => {
      throw new Error("refused");
    },
    () => true,
    () => {
      throw new Error("asked too often");
    },
  ];
  await waitFor("it", async () => (answers.shift() ?? (() => false))(), { seconds: 5, everyMs: 1 });
  expect(answers).toHaveLength(1);
});

test("waiting in vain says for what, how long, the last answer and where to look", async () => {
  const waiting = waitFor("the node", () => Promise.reject(new Error("connection refused")), {
    seconds: 0,
    hint: () => "\n  logs: /somewhere",
  });
  await expect(waiting).rejects.toThrow(
    "waited 0 s for the node, in vain\n  last answer: connection refused\n  logs: /somewhere",
  );
});

test("a probe that knows it is useless ends the wait at once", async () => {
  const waiting = waitFor("it", () => Promise.reject(new GiveUp("it has ended")), { seconds: 60 });
  await expect(waiting).rejects.toThrow("it has ended");
});
