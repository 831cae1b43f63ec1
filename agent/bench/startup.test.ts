import { expect, test } from "@jest/globals";
import { added, residentMB } from "./startup.ts";

test("one slow start among five decides nothing", () => {
  const starts = (times: number[]) => times.map((readyMs) => ({ readyMs, rssMB: readyMs / 10 }));
  expect(added(starts([300, 310, 305, 2000, 295]), starts([340, 335, 900, 345, 338]))).toEqual({
    startupMs: 35,
    rssMB: 3.5,
  });
});

test("resident memory is read in megabytes, and its absence is no zero", () => {
  expect(residentMB("VmPeak:\t  99 kB\nVmRSS:\t   62464 kB\n")).toBe(61);
  expect(() => residentMB("Name:\tnode\n")).toThrow("no VmRSS");
});
