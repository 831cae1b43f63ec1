import { expect, test } from "@jest/globals";
import { type Asked, answers, matrix } from "../operator/measurement/testing/answers.ts";
import { run } from "./check.ts";
import { own, switched } from "./boards.ts";
import { queries } from "./queries.ts";

const linesOf = (boards: typeof own) =>
  boards.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels.flatMap(({ lines }) => lines)));
const lines = linesOf([...switched, ...own]);
const inBoth = lines.filter(({ query }) => query.legacy !== undefined && query.otel !== undefined);
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
  const wanted = lines.flatMap(({ query }) => Object.values(query));
  expect(asked).toEqual(new Set(wanted));
});

test("the old series may be in another Prometheus", async () => {
  const door = recorded();
  await check(door, "--prometheus", "http://new/", "--legacy", "http://old");
  const of = (place: string) => door.asked.filter(({ url }) => url.startsWith(`${place}/api/`));
  const asking = (edition: "legacy" | "otel") =>
    lines.filter(({ query }) => query[edition] !== undefined).length;
  expect(of("http://new")).toHaveLength(asking("otel"));
  expect(of("http://old")).toHaveLength(asking("legacy"));
  expect(inBoth.length).toBeLessThan(PANELS);
});

test("one that is counted twice is named", async () => {
  const { code, said } = await check(recorded({ [queries.calls.otel]: 14 }));
  expect(code).toBe(1);
  expect(said).toContain("Calls shows 14 where the old one shows 7");
  expect(said).toContain(`{"panels":${PANELS},"withData":${PANELS},"agree":${PANELS - 1}}`);
});

test("one that is lost is a complaint, one that neither edition draws is only said", async () => {
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
  expect(said).toContain("Failures by type: nothing to draw yet");
  expect(said).not.toContain("Failures by type shows nothing");
  expect(said).toContain(`"withData":${PANELS - 2},"agree":${PANELS - 2}`);
});

test("what is in one edition only is asked there, and is no complaint while it is empty", async () => {
  const [burning] = linesOf(own).flatMap(({ query }) =>
    query.otel?.includes("objective_burning") ? [query.otel] : [],
  );
  const { code, said } = await check(recorded({ [burning ?? ""]: undefined }));
  expect(said).toContain("Burning (1) or met (0): nothing to draw yet");
  expect(said).toContain(`"withData":${PANELS - 1},"agree":${PANELS - 1}`);
  expect(code).toBe(0);
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
