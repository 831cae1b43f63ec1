/** What somebody may have meant. Pure. */

/** Single-character edits from one word to the other. */
const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of one.split("").entries()) {
    const next = [i + 1];
    for (const [j, wanted] of other.split("").entries()) {
      const swap = (row[j] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
};

/** The known word that is nearest, if it is near at all. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  const lower = word.toLowerCase();
  const [best] = known
    .map((name) => ({
      name,
      far: name.toLowerCase().startsWith(lower) ? 1 : distance(lower, name.toLowerCase()),
    }))
    .toSorted((a, b) => a.far - b.far);
  return best && best.far <= Math.max(2, word.length / 3) ? best.name : undefined;
};

/** `did you mean X?` and what there is. */
export const instead = (word: string, known: readonly string[]): string => {
  const near = nearest(word, known);
  const all = known.length > 12 ? "" : `known are ${known.join(", ")}`;
  if (near === undefined) return all || "see --help";
  return `did you mean ${near}?${all && ` (${all})`}`;
};
