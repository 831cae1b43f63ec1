import { expect, jest, test } from "@jest/globals";

let at = 1e6;
jest.spyOn(performance, "now").mockImplementation(() => at);
const { failed, reportTo } = await import("./guard.ts");
const { stats } = await import("./stats.ts");
const switches = await import("./switch.ts");

const fail = (times: number): void => {
  for (let time = 0; time < times; time++) failed(new Error("planned"));
};

test("whatever was thrown is told", () => {
  const reports: string[] = [];
  reportTo((message) => void reports.push(message));
  const before = stats.faults;
  stats.faults = 0;
  expect(() => failed(Object.create(null))).not.toThrow();
  expect(reports).toEqual(["internal fault: of an unknown kind"]);
  stats.faults = before;
});

test("a hundred faults in a minute switch the agent off, however many there were before", () => {
  const reports: string[] = [];
  reportTo((message) => void reports.push(message));
  for (let minute = 0; minute < 5; minute++) {
    at += 61_000;
    fail(99);
  }
  expect(switches.silent).toBe(false);
  fail(1);
  expect(switches.silent).toBe(true);
  at += 61_000;
  fail(200);
  expect(reports).toEqual([
    expect.stringContaining("internal fault: Error: planned"),
    "too many internal faults, switched off",
  ]);
});
