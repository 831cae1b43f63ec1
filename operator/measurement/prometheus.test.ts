import { describe, expect, test } from "@jest/globals";
import { MeasurementError } from "./ask.ts";
import { prometheus } from "./prometheus.ts";
import { answers, matrix, vector } from "./testing/answers.ts";

const URL = "http://prometheus:9090";
const door = (answer: unknown) => {
  const { fetch, asked } = answers({ [`${URL}/api/v1/`]: answer });
  return { door: prometheus(URL, fetch), asked };
};

describe("the door to Prometheus", () => {
  test("asks with a form, so that long expressions fit", async () => {
    const { door: it, asked } = door(vector([{ job: "a" }, 3]));
    const long = `sum(${"x".repeat(10_000)})`;
    expect(await it.query(long, 12)).toEqual([{ labels: { job: "a" }, value: 3 }]);
    expect(asked[0]?.form).toEqual({ query: long, time: "12" });
  });

  test("understands what is no number in JSON", async () => {
    const { door: it } = door(vector([{}, Infinity], [{}, -Infinity], [{}, Number.NaN]));
    // JSON has no infinity, so Prometheus writes words.
    const words = door({
      status: "success",
      data: {
        resultType: "vector",
        result: ["+Inf", "-Inf", "NaN"].map((word) => ({ metric: {}, value: [0, word] })),
      },
    });
    expect((await words.door.query("x")).map(({ value }) => value)).toEqual(
      (await it.query("x")).map(({ value }) => value),
    );
  });

  test("a scalar is one sample without labels", async () => {
    const { door: it } = door({
      status: "success",
      data: { resultType: "scalar", result: [0, "2"] },
    });
    expect(await it.query("2")).toEqual([{ labels: {}, value: 2 }]);
  });

  test("reads raw samples of exactly the asked range", async () => {
    const { door: it, asked } = door(matrix([{ a: "1" }, [[10, 1]]]));
    expect(await it.raw('x{a="1"}', { from: 10, to: 70 })).toEqual([
      { labels: { a: "1" }, points: [{ at: 10, value: 1 }] },
    ]);
    expect(asked[0]?.form).toEqual({ query: 'x{a="1"}[60s]', time: "70" });
  });

  test("a rule that was never evaluated has no time of it", async () => {
    const rule = {
      name: "A",
      type: "alerting",
      query: "x > 1",
      duration: 30,
      health: "unknown",
      lastEvaluation: "0001-01-01T00:00:00Z",
      state: "inactive",
    };
    const { door: it } = door({ status: "success", data: { groups: [{ rules: [rule] }] } });
    expect((await it.rules())[0]).toMatchObject({ evaluatedAt: undefined, forSeconds: 30 });
  });

  test.each([
    [
      "a refused expression with the reason",
      Response.json({ status: "error", error: "parse error" }, { status: 400 }),
      "Prometheus refuses x: parse error",
    ],
    [
      "a broken proxy with what it said",
      new Response("bad gateway", { status: 502 }),
      `asking Prometheus at ${URL}/api/v1/query: status 502: bad gateway`,
    ],
    [
      "nobody there with the cause",
      new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }),
      `asking Prometheus at ${URL}/api/v1/query: fetch failed: connect ECONNREFUSED`,
    ],
    ["a page that is no JSON", new Response("<html>"), "asking Prometheus"],
  ])("tells %s", async (_what, answer, message) => {
    const failing = door(answer).door.query("x");
    await expect(failing).rejects.toThrow(MeasurementError);
    await expect(failing).rejects.toThrow(message);
  });
});
