/** Which spans were offered, which the collector said it had taken, and which arrived. Pure. */

export interface Account {
  offered: number;
  /** Answered with success: from then on the collector owes them. */
  taken: number;
  /** Answered with a refusal: whoever sent them knows. */
  refused: number;
  /** The collector went before it answered. */
  unanswered: number;
  arrived: number;
  /** Taken, and not arrived. */
  owed: number;
  twice: number;
}

export type Answer = "taken" | "refused" | "unanswered";

export interface Ledger {
  /** Numbers of the next spans to offer. */
  next: (count: number) => number[];
  answered: (numbers: number[], answer: Answer) => void;
  arrived: (numbers: number[]) => void;
  account: () => Account;
}

const TAKEN = 1;
const ARRIVED = 2;

/** Millions of spans pass: one byte for each. */
export const ledger = (): Ledger => {
  let marks = new Uint8Array(1 << 16);
  let offered = 0;
  const counts = { taken: 0, refused: 0, unanswered: 0 };
  let twice = 0;
  const mark = (number: number, bit: number): boolean => {
    const before = marks[number] ?? 0;
    marks[number] = before | bit;
    return (before & bit) !== 0;
  };
  const room = (wanted: number): void => {
    if (wanted <= marks.length) return;
    const larger = new Uint8Array(Math.max(wanted, marks.length * 2));
    larger.set(marks);
    marks = larger;
  };
  return {
    next: (count) => {
      room(offered + count);
      const first = offered;
      offered += count;
      return Array.from({ length: count }, (_, nth) => first + nth);
    },
    answered: (numbers, answer) => {
      counts[answer] += numbers.length;
      if (answer === "taken") for (const number of numbers) mark(number, TAKEN);
    },
    arrived: (numbers) => {
      for (const number of numbers) if (mark(number, ARRIVED)) twice += 1;
    },
    account: () => {
      const all = marks.subarray(0, offered);
      const having = (bits: number, of: number): number =>
        all.reduce((sum, known) => sum + ((known & of) === bits ? 1 : 0), 0);
      const arrived = having(ARRIVED, ARRIVED);
      return { offered, ...counts, arrived, owed: having(TAKEN, TAKEN | ARRIVED), twice };
    },
  };
};
