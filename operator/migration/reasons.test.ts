import { expect, test } from "@jest/globals";
import { globSync, readFileSync } from "node:fs";
import { stepsOf } from "../switching/steps.ts";
import { news } from "./news.ts";
import { reasons } from "./reasons.ts";
import { component, spec, status } from "./scenes.ts";
import { PHASES, STAGES, type TrialVerdict } from "./schema.ts";

/** Sources that ship; what only tests use is left out. */
const TESTING =
  /\.test\.ts$|\/testing\/|operator\/crash\/|\/worlds\.ts$|operator\/rig\.ts$|\/contract\.ts$|\/scenes\.ts$|verdict\/rehearsal\.ts$|\/reasons\.ts$/;

/** How a load says that it ended; the verdict says what that means. */
const NOT_SHOWN: readonly string[] = ["Completed"];

interface Source {
  file: string;
  text: string;
}

const root = new URL("../../", import.meta.url).pathname;

const sources: Source[] = globSync(["operator/**/*.ts", "verdict/**/*.ts"], {
  cwd: root,
  exclude: ["**/node_modules/**"],
})
  .filter((file) => !TESTING.test(file))
  .map((file) => ({ file, text: withoutComments(readFileSync(`${root}${file}`, "utf8")) }));

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/?\*.*$/gm, "").replaceAll(/(^|\s)\/\/.*$/gm, "");
}

const OPENING = "([{";
const CLOSING = ")]}";
const QUOTES = "\"'`";

/** Expressions that begin at `start`, separated by commas, up to the bracket or semicolon that ends them. */
const expressionsAt = (text: string, start: number): string[] => {
  const found = [""];
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at] ?? "";
    if (QUOTES.includes(letter)) {
      const end = text.indexOf(letter, at + 1);
      found.push((found.pop() ?? "") + (depth === 0 ? text.slice(at, end + 1) : ""));
      at = end;
      continue;
    }
    if (depth === 0 && (CLOSING.includes(letter) || letter === ";")) return found;
    if (OPENING.includes(letter)) depth += 1;
    if (CLOSING.includes(letter)) depth -= 1;
    if (depth > 0) continue;
    if (letter === ",") found.push("");
    else found.push((found.pop() ?? "") + letter);
  }
  return found;
};

/** Texts that an expression may become; what something is compared with is none of them. */
const literalsOf = (expression = ""): string[] =>
  [...expression.matchAll(/([!=]==\s*)?"([^"]*)"/g)].flatMap(([, compared, word = ""]) =>
    compared ? [] : [word],
  );

const expressionsAfter = (text: string, pattern: RegExp): string[][] =>
  [...text.matchAll(pattern)].map((match) => expressionsAt(text, match.index + match[0].length));

/** Where in the argument list each function takes its reason: `stay(view, reason, message)` -> 1. */
const helpers = new Map<string, Set<number>>();
for (const { text } of sources) {
  for (const match of text.matchAll(/const (\w+) = \(/g)) {
    const parameters = expressionsAt(text, match.index + match[0].length);
    const place = parameters.findIndex((parameter) => /^\s*reason: string$/.test(parameter));
    const [, name = ""] = match;
    if (place >= 0) helpers.set(name, (helpers.get(name) ?? new Set()).add(place));
  }
}

const passedTo = (text: string, name: string): string[] =>
  expressionsAfter(text, new RegExp(String.raw`(?<![.\w])${name}\(`, "g")).flatMap((given) =>
    [...(helpers.get(name) ?? [])].flatMap((place) => literalsOf(given[place])),
  );

const reasonsIn = ({ text }: Source): string[] => [
  // A field, a type of a field, a variable.
  ...expressionsAfter(text, /\breason(?:\??:|\s=(?!=))\s*/g).flatMap(([first]) =>
    literalsOf(first),
  ),
  ...[...helpers.keys()].flatMap((name) => passedTo(text, name)),
];

/** Words that verdicts end with; the compiler keeps it whole. */
const ENDS: Record<Exclude<TrialVerdict["verdict"], "Running">, true> = {
  Passed: true,
  Failed: true,
  Inconclusive: true,
  Error: true,
  NotMeasured: true,
};

const everyEvent = (): string[] => {
  const phases = PHASES.flatMap((from) =>
    PHASES.flatMap((to) => news(status({ phase: from }), status({ phase: to }))),
  );
  const stages = STAGES.flatMap((from) =>
    STAGES.flatMap((to) => {
      const [before, after] = [from, to].map((stage) => component({ stage }));
      return news(status({ components: [before] }), status({ components: [after] }));
    }),
  );
  const verdicts = Object.keys(ENDS).flatMap((verdict) => {
    const judged = { verdict, reason: "", message: "", profile: "Lean", pairs: 0 };
    const after = component({ verdicts: [judged as TrialVerdict] });
    return news(status({ components: [component()] }), status({ components: [after] }));
  });
  return [...phases, ...stages, ...verdicts].map(({ reason }) => reason);
};

/** The gate of the switch carries the name of its next step. */
const everyStep = (): string[] => {
  const both = { legacy: { configMap: "old" }, otel: { configMap: "new" } };
  return stepsOf({ spec: spec({ alerts: both, dashboards: both }) }).map(({ name }) => name);
};

const said = new Set(
  [...sources.flatMap(reasonsIn), ...everyEvent(), ...everyStep()].filter(
    (reason) => reason !== "" && !NOT_SHOWN.includes(reason),
  ),
);
const words = Object.values(reasons).flatMap((group) => Object.keys(group));

test("every reason that is said is documented", () => {
  const undocumented = [...said].filter((reason) => !words.includes(reason));
  expect(undocumented).toEqual([]);
});

test("every reason that is documented is said", () => {
  expect(words.filter((word) => !said.has(word))).toEqual([]);
});

test("the functions that take a reason are found", () => {
  expect([...helpers.keys()].toSorted()).toEqual([
    "error",
    "gate",
    "passed",
    "refuse",
    "stay",
    "takeBack",
    "waiting",
  ]);
});

test("only events have reasons that are put together", () => {
  const files = sources.filter(({ text }) => /\breason:\s*`/.test(text)).map(({ file }) => file);
  expect(files).toEqual(["operator/migration/news.ts"]);
});

test("a reason is one word, stands in one group, and has a sentence and something to do", () => {
  expect(words.filter((word) => !/^[A-Z][A-Za-z]+$/.test(word))).toEqual([]);
  expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  const entries = Object.values(reasons).flatMap((group) => Object.entries(group));
  const unclear = entries.filter(([, { meaning, todo }]) => !/^[^\n]+\.$/.test(meaning) || !todo);
  expect(unclear).toEqual([]);
});
