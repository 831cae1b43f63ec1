/** How much to spin so that an item costs what it should. */

/** CPU microseconds of an item that does not spin, and of one round. */
export interface Speed {
  baseUs: number;
  usPerRound: number;
}

/** From items without and items with that many rounds. */
export const speedOf = (baseUs: number, spinningUs: number, rounds: number): Speed => ({
  baseUs,
  usPerRound: Math.max(0, spinningUs - baseUs) / rounds,
});

/** 0 where an item costs more than that by itself: then the table shows what it really is. */
export const roundsFor = ({ baseUs, usPerRound }: Speed, aimUs: number): number =>
  usPerRound > 0 ? Math.max(0, Math.round((aimUs - baseUs) / usPerRound)) : 0;
