import { expect, test } from "@jest/globals";
import { parseParityMap } from "@flashcard-otel/verdict/paritymap.ts";
import { parse } from "yaml";
import { run } from "./propose.ts";

const files: Record<string, string> = {
  nothing: "",
  old: 'jobs_total{kind="a"} 50\n# TYPE took summary\ntook_count 3',
  new: 'app_jobs_total{type="a"} 50',
};

const propose = async (...argv: string[]) => {
  const said = { out: "", err: "" };
  const code = await run(argv, {
    print: (text) => void (said.out += text),
    remark: (text) => void (said.err += text),
    readText: async (file) => {
      const text = files[file];
      if (text === undefined) throw new Error(`there is no file ${file}`);
      return text;
    },
  });
  return { code, ...said };
};

test("the map that is printed is one that the comparison accepts", async () => {
  const { code, out } = await propose("--legacy", "old", "--otel", "new");
  expect(code).toBe(0);
  expect(parseParityMap(parse(out))).toMatchObject({
    rows: [{ legacy: "jobs_total", otel: "app_jobs_total", labels: { kind: "type" } }],
  });
  expect(out).toContain("# row 1 rests on: names 100 % alike");
  expect(out).toContain("# took: quantiles of a summary cannot be compared");
});

test("no map is an answer with a code of its own", async () => {
  expect((await propose("--legacy", "old", "--otel", "nothing")).code).toBe(3);
});

test.each<[string, string[], number, string]>([
  ["a missing option", ["--legacy", "old"], 2, "usage: parity suggest"],
  ["an unknown option", ["--map", "x"], 2, "usage: parity suggest"],
  [
    "a file that is not there",
    ["--legacy", "old", "--otel", "x"],
    1,
    "reading x: there is no file x; is it",
  ],
  [
    "an address nobody listens at",
    ["--legacy", "old", "--otel", "http://127.0.0.1:1/"],
    1,
    "reading http://127.0.0.1:1/",
  ],
])("%s is told with a code of its own", async (_what, argv, code, says) => {
  const answer = await propose(...argv);
  expect(answer.code).toBe(code);
  expect(answer.err).toContain(says);
});
