import { expect, test } from "@jest/globals";
import type { Progress } from "./progress.ts";
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
