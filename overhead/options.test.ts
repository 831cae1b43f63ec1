import { describe, expect, test } from "@jest/globals";
import { optionsFrom } from "./options.ts";

const least = ["--app", "node server.js", "--url", "http://127.0.0.1:3000/cards?n=1"];

test("an application and an address are enough", () => {
  expect(optionsFrom(least)).toMatchObject({
    app: "node server.js",
    agent: "lean",
    item: { method: "GET", path: "/cards?n=1", headers: {} },
    budget: { cpuPercent: 1, guardPercent: 3, alpha: 0.05 },
    extent: { pairs: 40 },
  });
});

test("an item with a body is posted as JSON, unless it is said otherwise", () => {
  const body = ["--body", "{}"];
  expect(optionsFrom([...least, ...body]).item).toEqual({
    method: "POST",
    path: "/cards?n=1",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const other = ["--method", "PUT", "--header", "Content-Type: text/csv"];
  expect(optionsFrom([...least, ...body, ...other]).item).toMatchObject({
    method: "PUT",
    headers: { "content-type": "text/csv" },
  });
});

describe("what is wrong is said", () => {
  test.each([
    [["--url", "http://127.0.0.1:3000/"], "--app is missing"],
    [["--app", "node a.js", "--url", "http://shop.example/"], "--url is"],
    [[...least, "--pairs", "0"], "--pairs is 0"],
    [[...least, "--budget", "none"], "--budget is none"],
    [[...least, "--header", "none"], "--header is"],
    [[...least, "--unknown"], "--unknown"],
  ])("%j", (args, sentence) => {
    expect(() => optionsFrom(args)).toThrow(sentence);
  });
});
