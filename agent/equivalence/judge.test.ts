import { describe, expect, test } from "@jest/globals";
import type { Accepted } from "./accepted.ts";
import type { Side } from "./compare.ts";
import { sentence } from "./difference.ts";
import { judge } from "./judge.ts";
import { nodeOf, rowOf, sideOf } from "./testing.ts";

const reason = "for a test";

const judged = (full: Partial<Side>, lean: Partial<Side>, accepted: Accepted[] = []): string[] =>
  judge("group/scenario esm", { full: sideOf(full), lean: sideOf(lean) }, accepted).left.map(
    sentence,
  );

describe("without accepted differences", () => {
  const whole = nodeOf("GET", { attributes: { a: 1 }, children: [nodeOf("inner")] });

  test("what is the same is no difference", () => {
    expect(judged({ forest: [whole] }, { forest: [whole] })).toEqual([]);
  });

  test.each<[string, Partial<Side>, string]>([
    [
      "an attribute",
      { forest: [{ ...whole, attributes: { a: 2 } }] },
      "attribute a: full 1, lean 2",
    ],
    ["an attribute that is not there", { forest: [{ ...whole, attributes: {} }] }, "lean (absent)"],
    ["a status", { forest: [{ ...whole, status: 2 }] }, "status: full 0, lean 2"],
    ["a name", { forest: [{ ...whole, name: "POST" }] }, 'name: full "GET", lean "POST"'],
    ["a scope", { forest: [{ ...whole, scope: "app@" }] }, "scope"],
    ["a missing child", { forest: [{ ...whole, children: [] }] }, 'full ["inner"], lean (absent)'],
    ["a parent", { forest: [{ ...whole, children: [] }, nodeOf("inner")] }, "inner"],
    ["an event", { forest: [{ ...whole, events: [{ name: "e", attributes: {} }] }] }, "events"],
    ["an answer", { forest: [whole], answer: 1 }, "answer: full null, lean 1"],
    ["a word on stderr", { forest: [whole], stderr: "oh" }, "stderr"],
    ["a metric", { forest: [whole], rows: [rowOf("m")] }, 'metric "m": full (absent)'],
  ])("%s is told", (_, lean, told) => {
    expect(judged({ forest: [whole] }, lean).join("\n")).toContain(told);
  });

  test("how often something was measured is compared, and its unit", () => {
    const [row, more] = [rowOf("m"), rowOf("m", { unit: "ms", value: { count: 2 } })];
    expect(judged({ rows: [row] }, { rows: [more] })).toEqual([
      'metric "m" unit: full "s", lean "ms"',
      'metric "m" value: full {"count":1}, lean {"count":2}',
    ]);
  });

  test("concurrent siblings are paired by what they are, not by when they came", () => {
    const [a, b] = [
      nodeOf("GET", { attributes: { n: 1 } }),
      nodeOf("GET", { attributes: { n: 2 } }),
    ];
    expect(judged({ forest: [a, b] }, { forest: [b, a] })).toEqual([]);
  });
});

describe("accepted differences", () => {
  const wait: Accepted = { subject: "span", name: /^wait$/, field: "", only: "full", reason };

  test("a span that only one side may have leaves its children to its parent", () => {
    const full = nodeOf("GET", { children: [nodeOf("wait", { children: [nodeOf("query")] })] });
    const lean = nodeOf("GET", { children: [nodeOf("query")] });
    expect(judged({ forest: [full] }, { forest: [lean] }, [wait])).toEqual([]);
    expect(judged({ forest: [lean] }, { forest: [full] }, [wait])).not.toEqual([]);
  });

  test("a row about roots spares only those, also once their parent is taken away", () => {
    const root: Accepted = {
      subject: "span",
      name: /query/,
      root: true,
      field: "",
      only: "full",
      reason,
    };
    const alone = nodeOf("wait", { children: [nodeOf("query")] });
    expect(judged({ forest: [alone] }, {}, [wait, root])).toEqual([]);
    const below = nodeOf("GET", { children: [nodeOf("query")] });
    expect(judged({ forest: [below] }, { forest: [nodeOf("GET")] }, [root])).toHaveLength(1);
  });

  test("an attribute that only one side may have is accepted there only", () => {
    const extra: Accepted = { subject: "span", field: "attribute a", only: "full", reason };
    const [without, having] = [nodeOf("GET"), nodeOf("GET", { attributes: { a: 1 } })];
    expect(judged({ forest: [having] }, { forest: [without] }, [extra])).toEqual([]);
    expect(judged({ forest: [without] }, { forest: [having] }, [extra])).toHaveLength(1);
  });

  test("a row about values accepts no absence", () => {
    const differs: Accepted = { subject: "span", field: "attribute a", reason };
    const [one, two] = [1, 2].map((a) => nodeOf("GET", { attributes: { a } }));
    if (one === undefined || two === undefined) throw new Error("no nodes");
    expect(judged({ forest: [one] }, { forest: [two] }, [differs])).toEqual([]);
    expect(judged({ forest: [one] }, { forest: [nodeOf("GET")] }, [differs])).toHaveLength(1);
  });

  test.each<[string, Partial<Accepted>]>([
    ["another kind", { kind: 2 }],
    ["another name", { name: /POST/ }],
    ["other cases", { cases: /^other/ }],
    ["spans with an attribute this one lacks", { having: { system: "redis" } }],
    ["metrics", { subject: "metric" }],
  ])("a row about %s does not apply", (_, rest) => {
    const row: Accepted = { subject: "span", field: "attribute a", only: "full", reason, ...rest };
    const full = { forest: [nodeOf("GET", { attributes: { a: 1 } })] };
    expect(judged(full, { forest: [nodeOf("GET")] }, [row])).toHaveLength(1);
  });

  test("durations that can no longer be told apart are counted together", () => {
    const scheme: Accepted = { subject: "metric", field: "attribute s", only: "full", reason };
    const full = [rowOf("m", { attributes: { s: "http" } }), rowOf("m")];
    const lean = [rowOf("m", { value: { count: 2 } })];
    expect(judged({ rows: full }, { rows: lean }, [scheme])).toEqual([]);
  });

  test("it is known which rows were needed", () => {
    const idle: Accepted = { subject: "span", field: "attribute never", only: "full", reason };
    const sides = { full: sideOf({ forest: [nodeOf("wait")] }), lean: sideOf() };
    expect([...judge("x", sides, [wait, idle]).used]).toEqual([wait]);
  });
});
