import { expect, test } from "@jest/globals";
import { complaints, type Look, table, timeline } from "./timeline.ts";

type State = "inactive" | "pending" | "firing";

const rule = (edition: string, state: State, name = "Slow") => ({
  name,
  kind: "alerting" as const,
  labels: { edition },
  state,
});

const looks = (...states: [legacy: State, otel: State][]): Look[] =>
  states.map(([legacy, otel], at) => ({
    at: at * 10,
    rules: [rule("legacy", legacy), rule("otel", otel)],
  }));

test("each edition has its own times", () => {
  const alerts = timeline(
    looks(
      ["inactive", "inactive"],
      ["pending", "inactive"],
      ["firing", "pending"],
      ["firing", "firing"],
      ["inactive", "firing"],
      ["inactive", "inactive"],
    ),
  );
  expect(alerts.get("Slow")).toEqual({
    legacy: { pending: 10, firing: 20, over: 40 },
    otel: { pending: 20, firing: 30, over: 50 },
  });
  expect(complaints(alerts)).toEqual([]);
  expect(table(alerts)).toContain("| Slow | 10 s | 20 s | 40 s | 20 s | 30 s | 50 s |");
});

test.each<[string, [State, State][], string[]]>([
  ["one edition", [["firing", "pending"]], ["Slow did not fire in otel"]],
  ["both", [["pending", "inactive"]], ["Slow did not fire in legacy and otel"]],
  [
    "at the end",
    [
      ["firing", "firing"],
      ["firing", "inactive"],
    ],
    ["Slow has ended in one edition only"],
  ],
])("silence of %s is said", (_where, states, said) => {
  expect(complaints(timeline(looks(...states)))).toEqual(said);
});
