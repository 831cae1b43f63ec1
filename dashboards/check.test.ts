import { expect, test } from "@jest/globals";
import { type Asked, answers, matrix } from "../operator/measurement/testing/answers.ts";
import { run } from "./check.ts";
import { rows } from "./panels.ts";
import { queries } from "./queries.ts";

const lines = rows.flatMap(({ panels }) => panels).flatMap((panel) => panel.lines);
const PANELS = lines.length;

/** A Prometheus in which every series has one height, but for those that are named. */
const recorded = (heights: Record<string, number | undefined> = {}) =>
  answers({
    "http://": ({ form }: Asked) => {
      const query = form["query"] ?? "";
      const height = query in heights ? heights[query] : 7;
      return height === undefined ? matrix() : matrix([{}, [[0, height]]]);
    },
  });

const check = async (door: ReturnType<typeof answers>, ...argv: string[]) => {
  const said: string[] = [];
  const saved: Record<string, unknown> = {};
  const code = await run(argv, {
    out: (line) => void said.push(line),
    err: (line) => void said.push(line),
    fetch: door.fetch,
    now: () => new Date("2026-01-02T03:04:05Z"),
    save: async (file, text) => void (saved[file] = JSON.parse(text)),
  });
  return { code, said: said.join("\n"), saved };
};

test("every panel of both editions is asked, and all agree", async () => {
  const door = recorded();
  const { code, saved } = await check(door, "--json", "found.json");
  expect(saved).toEqual({ "found.json": { panels: PANELS, withData: PANELS, agree: PANELS } });
  expect(code).toBe(0);
  const asked = new Set(door.asked.map(({ form }) => form["query"]));
  const wanted = lines.flatMap(({ query }) => [queries[query].legacy, queries[query].otel]);
  expect(asked).toEqual(new Set(wanted));
});

test("the old series may be in another Prometheus", async () => {
  const door = recorded();
  await check(door, "--prometheus", "http://new/", "--legacy", "http://old");
  const of = (place: string) => door.asked.filter(({ url }) => url.startsWith(`${place}/api/`));
  expect([of("http://new").length, of("http://old").length]).toEqual([PANELS, PANELS]);
});

test("one that is counted twice is named", async () => {
  const { code, said } = await check(recorded({ [queries.calls.otel]: 14 }));
  expect(code).toBe(1);
  expect(said).toContain("Calls shows 14 where the old one shows 7");
  expect(said).toContain(`{"panels":${PANELS},"withData":${PANELS},"agree":${PANELS - 1}}`);
});

test("one that is lost is named, one that neither edition draws is not", async () => {
  const { tokens, callErrors } = queries;
  const { code, said } = await check(
    recorded({
      [tokens.otel]: undefined,
      [callErrors.otel]: undefined,
      [callErrors.legacy]: undefined,
    }),
  );
  expect(code).toBe(1);
  expect(said).toContain("Tokens per second shows nothing where the old one does");
  expect(said).not.toContain("Failures by type");
  expect(said).toContain(`"withData":${PANELS - 2},"agree":${PANELS - 2}`);
});

test("where there is nothing at all, nothing is proven", async () => {
  expect((await check(answers({ "http://": matrix() }))).code).toBe(1);
});

test.each([
  [["--prometheus", "somewhere"], 2, "somewhere is not an address like"],
  [["--colour"], 2, "usage:"],
  [["--prometheus", "http://away"], 1, "asking Prometheus at http://away"],
])("%j ends with a sentence", async (argv, code, sentence) => {
  const found = await check(answers({ "http://away": new Error("nobody") }), ...argv);
  expect(found.said).toContain(sentence);
  expect(found.code).toBe(code);
});
