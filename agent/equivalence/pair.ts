/**
 * Finds for each thing of one side the most similar one of the other, so that what differs is told as an attribute and not as
 * one thing missing and another too much. Pure.
 */
export interface Pairs<T> {
  both: [T, T][];
  onlyLeft: T[];
  onlyRight: T[];
}

interface Candidate {
  left: number;
  right: number;
  score: number;
}

/** A negative likeness means: never the same thing. Equally good pairs are taken in the given order. */
export const pair = <T>(
  left: readonly T[],
  right: readonly T[],
  likeness: (a: T, b: T) => number,
): Pairs<T> => {
  const candidates: Candidate[] = left
    .flatMap((a, at) =>
      right.map((b, other) => ({ left: at, right: other, score: likeness(a, b) })),
    )
    .filter(({ score }) => score >= 0)
    .toSorted((a, b) => b.score - a.score || a.left - b.left || a.right - b.right);
  const found = new Map<number, number>();
  const taken = new Set<number>();
  for (const { left: a, right: b } of candidates) {
    if (found.has(a) || taken.has(b)) continue;
    found.set(a, b);
    taken.add(b);
  }
  return {
    both: left.flatMap((a, at): [T, T][] => {
      const other = found.get(at);
      return other === undefined ? [] : [[a, right[other] as T]];
    }),
    onlyLeft: left.filter((_, at) => !found.has(at)),
    onlyRight: right.filter((_, at) => !taken.has(at)),
  };
};
