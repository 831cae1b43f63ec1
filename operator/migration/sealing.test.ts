/** Evidence that the API server does not take must hold nobody up who goes back. */
import { expect, test } from "@jest/globals";
import { pino } from "pino";
import { ClusterError } from "../cluster/cluster.ts";
import { memoryCluster } from "../cluster/memory.ts";
import { component, seen, spec, status, trialWorld, world } from "./scenes.ts";
import type { Phase } from "./schema.ts";
import { sealed } from "./sealing.ts";

const trial = trialWorld({
  verdict: { verdict: "Passed", reason: "WithinBudget", message: "m", profile: "Lean", pairs: 40 },
});

const ending = (target: Phase) =>
  world({
    spec: spec({ target }),
    status: status({
      phase: "Alongside",
      components: [component({ stage: "Trial", profile: "Lean", attempt: "a1", attempts: 1 })],
    }),
    components: [seen({ trial })],
  });

const decided = async (target: Phase, refusal?: ClusterError) => {
  const fail = () => refusal;
  const cluster = memoryCluster({ fail });
  const deps = { cluster, log: pino({ level: "silent" }) } as never;
  const [next] = (await sealed(ending(target), deps)).status.components;
  return next;
};

const tooLong = new ClusterError("Invalid", "must have at most 1048576 bytes");

test("no verdict rests on a record that was refused", async () => {
  expect(await decided("Instrumented")).toMatchObject({ stage: "RollingOut" });
  const next = await decided("Instrumented", tooLong);
  expect(next).not.toMatchObject({ stage: "RollingOut" });
  expect(next?.verdicts).toMatchObject([
    { verdict: "Error", reason: "EvidenceRefused", message: expect.stringContaining("1048576") },
  ]);
  expect(next?.verdicts[0]).not.toHaveProperty("evidence");
});

test("the way back does not wait for a record", async () => {
  expect(await decided("Legacy", tooLong)).toMatchObject({ stage: "Waiting" });
});

test("an API server that does not answer is asked again", async () => {
  const away = new ClusterError("Unavailable", "no answer");
  await expect(decided("Instrumented", away)).rejects.toThrow("no answer");
});
