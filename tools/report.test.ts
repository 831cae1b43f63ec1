import { describe, expect, test } from "@jest/globals";
import type { Done, Progress } from "./progress.ts";
import { report } from "./report.ts";

const suites = ["check", "rig", "story one", "soak"].map((name) => ({ name, commands: [] }));

const progress: Progress = {
  version: "a1",
  done: [
    { suite: "check", seconds: 41.3, code: 0, finished: "2026-01-01T10:00:00.000Z" },
    { suite: "rig", seconds: 300, code: 0, finished: "2026-01-01T12:05:00.000Z" },
    {
      suite: "story one",
      seconds: 7,
      code: 1,
      failed: "one",
      finished: "2026-01-01T12:06:00.000Z",
    },
  ],
};

const session = {
  began: new Date("2026-01-01T12:00:00Z"),
  now: new Date("2026-01-01T12:06:30Z"),
};

test("every suite has a line: passed, passed earlier, failed at what, not run", () => {
  expect(report(suites, progress, session)).toBe(`# Tests of a1

| Suite     | Outcome        | Seconds | Finished                 |
|---|---|--:|---|
| check     | passed earlier |    41.3 | 2026-01-01T10:00:00.000Z |
| rig       | passed         |   300.0 | 2026-01-01T12:05:00.000Z |
| story one | FAILED at one  |     7.0 | 2026-01-01T12:06:00.000Z |
| soak      | not run        |         |                          |

- total 348 s over all sessions, 390 s in this one
- suites: 2 passed, 1 failed, 1 not run
`);
});

test("a suite that left the table counts no longer", () => {
  expect(report(suites.slice(1), progress, session)).toMatch(
    /total 307 s .*\n.*1 passed, 1 failed, 1 not run/,
  );
});

describe("the pulse", () => {
  const withPulses = (...pulses: Done["pulse"][]): Progress => ({
    ...progress,
    done: progress.done.map((done, index) => {
      const pulse = pulses[index];
      return pulse ? { ...done, pulse } : done;
    }),
  });
  const line = (known: Progress): string | undefined =>
    report(suites, known, session)
      .split("\n")
      .find((one) => one.includes("pulse"));

  test("is summed over the suites that have one, with what no failure says about the rate", () => {
    const known = withPulses({ sent: 20_000, failed: 0, longestGapMs: 400 }, undefined, {
      sent: 10_000,
      failed: 0,
      longestGapMs: 300,
    });
    expect(line(known)).toBe(
      "- pulse: 30000 requests sent in 2 suites, 0 failed (fewer than 1.0e-4 of them, 95 %), longest gap 400 ms",
    );
  });

  test("with a failure, or without a request, says nothing about the rate", () => {
    expect(line(withPulses({ sent: 9, failed: 1, longestGapMs: 4 }))).toBe(
      "- pulse: 9 requests sent in 1 suites, 1 failed, longest gap 4 ms",
    );
    expect(line(withPulses({ sent: 0, failed: 0, longestGapMs: 0 }))).not.toContain("95 %");
  });

  test("that no suite has is not spoken of", () => {
    expect(line(progress)).toBeUndefined();
  });
});
