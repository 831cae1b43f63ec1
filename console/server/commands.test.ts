import { describe, expect, test } from "@jest/globals";
import { GROUP } from "../../operator/migration/schema.ts";
import { component, resource } from "../testing/builders.ts";
import { offers, orderOf } from "./commands.ts";
import { migrationOf } from "./live.ts";

interface Case {
  spec?: Record<string, unknown>;
  annotations?: Record<string, string>;
  status?: Record<string, unknown>;
}

const offered = ({ spec = {}, annotations = {}, status = {} }: Case = {}) =>
  offers(
    migrationOf(
      resource({
        namespace: "shop",
        name: "storefront",
        spec: { target: "Validated", ...spec },
        annotations,
        status: { phase: "Alongside", ...status },
      }),
    ),
    "now",
  );

const names = (difference: Case) =>
  offered(difference).map(({ command, value }) => `${command} ${value}`.trim());

test("a migration on its way can be paused, held lower, and rolled back", () => {
  expect(names({})).toEqual([
    "pause",
    "target Legacy",
    "target Alongside",
    "target Instrumented",
    "rollback Legacy",
  ]);
});

test("one that is on its way back already cannot be rolled back again", () => {
  const annotations = { [`${GROUP}/hold`]: "Legacy" };
  expect(names({ annotations })).not.toContain("rollback Legacy");
});

test("where nothing was done there is nothing to roll back", () => {
  expect(names({ status: { phase: "Legacy" } })).not.toContain("rollback Legacy");
});

test("rolling back is one step", () => {
  const rolled = names({ spec: { target: "Retired" }, status: { phase: "Switched" } });
  expect(rolled.at(-1)).toBe("rollback Validated");
});

test("one that is paused can go on", () => {
  expect(names({ annotations: { [`${GROUP}/paused`]: "true" } })[0]).toBe("resume");
});

test("one that is held can be let go", () => {
  const annotations = { [`${GROUP}/hold`]: "Alongside" };
  expect(names({ annotations })).toContain("target");
  expect(names({ annotations })).not.toContain("target Alongside");
});

test("approval is offered where it is waited for, for the step as it is seen", () => {
  const next = { what: "", reason: "WaitingForApproval", message: "", since: "" };
  const planHash = "5e7a9c0d1f";
  expect(names({ status: { next, planHash } })[0]).toBe(`approve ${planHash}`);
  expect(orderOf("approve", planHash)?.value).toBe(planHash);
  expect(orderOf("approve", "Moon")).toBeUndefined();
  // A status of before there was a hash.
  expect(names({ status: { next } })[0]).toBe("approve Instrumented");
});

test.each(["Held", "TakenBack", "Skipped"] as const)(
  "a component that is %s can be tried again",
  (stage) => {
    expect(names({ status: { components: [component("orders", { stage })] } })[0]).toBe(
      "retry now",
    );
  },
);

test("a resource that cannot be read offers nothing", () => {
  expect(names({ spec: { target: "Moon" } })).toEqual([]);
});

describe("the same in a terminal", () => {
  const kubectl = (command: string, difference: Case = {}) =>
    offered(difference).find((offer) => offer.command === command)?.kubectl;

  test("sets the annotation", () => {
    expect(kubectl("rollback")).toBe(
      "kubectl -n shop annotate flashcardtelemetry storefront flashcard-otel.dev/hold=Legacy --overwrite",
    );
  });

  test("or takes it away", () => {
    expect(kubectl("resume", { annotations: { [`${GROUP}/paused`]: "true" } })).toBe(
      "kubectl -n shop annotate flashcardtelemetry storefront flashcard-otel.dev/paused-",
    );
  });
});
