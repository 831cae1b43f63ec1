/** `explain reason`: the table of the operator, without a cluster. */
import { type Reason, reasons } from "@flashcard-otel/operator/migration/reasons.ts";
import type { Handler } from "../command.ts";
import { instead } from "../similar.ts";
import { emit } from "../text/emit.ts";
import { table } from "../text/table.ts";
import { EXIT, missing } from "../trouble.ts";

type Named = Reason & { reason: string; place: string };

const all = (): Named[] =>
  Object.entries(reasons).flatMap(([place, group]) =>
    Object.entries(group).map(([reason, words]) => ({ reason, place, ...words })),
  );

/** A word can be met in more than one place. */
export const meaningsOf = (word: string): Named[] => all().filter(({ reason }) => reason === word);

export const reasonLines = (word: string): string[] =>
  meaningsOf(word).flatMap(({ meaning, todo }) => [meaning, `To do: ${todo}.`]);

export const explainReason: Handler = async (request, io) => {
  const [word] = request.positionals;
  if (word === undefined) {
    const rows = all();
    if (!(await emit(rows, request.format, io)))
      io.print(`${table(rows.map(({ reason, meaning }) => [reason, meaning])).join("\n")}\n`);
    return EXIT.done;
  }
  const found = meaningsOf(word);
  if (found.length === 0)
    throw missing({
      what: `there is no reason ${word}`,
      why: instead(
        word,
        all().map(({ reason }) => reason),
      ),
      todo: "flashcard-otel explain reason, without a word, lists them all",
    });
  if (await emit(found, request.format, io)) return EXIT.done;
  const lines = found.flatMap(({ reason, place }) => [`${reason} (${place})`]);
  io.print(
    `${[...lines.slice(0, 1), ...reasonLines(word).map((line) => `  ${line}`)].join("\n")}\n`,
  );
  return EXIT.done;
};
