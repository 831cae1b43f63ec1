/** How many rounds of the application's own work are so many percent of the measured CPU of an item. */
import { trimmedMean } from "../../verdict/numeric.ts";
import { setStage } from "../stage.ts";
import { agentWith, subjectOf } from "../testing/standin.ts";

/** Of an item, in rounds; about a millisecond. */
export const ROUNDS = 200;

/** The answer may have a fraction: the stand-in spreads it over the items. */
export const roundsFor = async (signal: AbortSignal): Promise<(percent: number) => number> => {
  const working = await costOf(ROUNDS, signal);
  const idle = await costOf(0, signal);
  return (percent) => (percent / 100) * ROUNDS * (working / (working - idle));
};

const SETTLING = 500;
const MEASURED = 500;

/** CPU nanoseconds of an item without the agent's doing. */
const costOf = async (rounds: number, signal: AbortSignal): Promise<number> => {
  const stage = await setStage(subjectOf(agentWith({}), { ROUNDS: String(rounds) }), {
    sides: ["plain"],
    marked: false,
    write: () => undefined,
    signal,
  });
  try {
    const costs: number[] = [];
    for (let n = 0; n < SETTLING + MEASURED; n += 1) {
      const before = await stage.doors.cpu("plain");
      await stage.doors.item("plain", { headers: {}, n });
      costs.push((await stage.doors.cpu("plain")) - before);
    }
    return trimmedMean(costs.slice(SETTLING), 0.1);
  } finally {
    await stage.stop();
  }
};
