import { expect, test } from "@jest/globals";
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constantFrom,
  letrec,
  oneof,
  record,
} from "fast-check";
import { AsyncLocalStorage } from "node:async_hooks";
import { Slot } from "./frames.ts";

/** What both kinds of slot can do. */
interface Store {
  current: () => unknown;
  enter: (value: string) => void;
  run: <R>(value: string, work: () => R) => R;
}

const plain = (): Store => {
  const store = new AsyncLocalStorage<string>();
  return {
    current: () => store.getStore(),
    enter: (value) => store.enterWith(value),
    run: (value, work) => store.run(value, work),
  };
};

const slotted = (slot: Slot<string>): Store => ({
  current: () => slot.current,
  enter: (value) => slot.enter(value),
  run: (value, work) => slot.run(value, work, []),
});

type Step =
  | { do: "run" | "other"; value: string; steps: Step[] }
  | { do: "enter" | "enterOther"; value: string }
  | { do: "fail" | "await" | "look" };

const value = constantFrom("a", "b", "c");

const { steps } = letrec<{ step: Step; steps: Step[] }>((tie) => ({
  step: oneof(
    { maxDepth: 4 },
    record({ do: constantFrom("await", "look", "fail") }),
    record({ do: constantFrom("enter", "enterOther"), value }),
    record({ do: constantFrom("run", "other"), value, steps: tie("steps") }),
  ) as Arbitrary<Step>,
  steps: array(tie("step"), { maxLength: 4 }),
}));

/** Everything that is seen on the way. */
const played = async (program: Step[], ours: Store): Promise<unknown[]> => {
  const others = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const look = (): unknown => seen.push(`${String(ours.current())} ${others.getStore()}`);
  const play = async (parts: Step[]): Promise<void> => {
    for (const step of parts) {
      look();
      if (step.do === "await") await Promise.resolve();
      else if (step.do === "fail") throw new Error("planned");
      else if (step.do === "enter") ours.enter(step.value);
      else if (step.do === "enterOther") others.enterWith(step.value);
      else if (step.do === "run") await ours.run(step.value, () => play(step.steps)).catch(look);
      else if (step.do === "other")
        await others.run(step.value, () => play(step.steps)).catch(look);
      look();
    }
  };
  await Promise.all([play(program), play(program.toReversed())].map((all) => all.catch(look)));
  return seen;
};

test.each([
  ["by frames", () => new Slot<string>()],
  ["where Node has no frames", () => new Slot<string>(null)],
])("does what an AsyncLocalStorage does, %s", async (_name, slot) => {
  await assert(
    asyncProperty(steps, async (program) => {
      const [expected, got] = await Promise.all(
        [plain(), slotted(slot())].map((store) =>
          new AsyncLocalStorage().exit(() => played(program, store)),
        ),
      );
      expect(got).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("this Node has frames, so that the test above means something", () => {
  const slot = new Slot<string>();
  expect(slot).toHaveProperty("frames.current");
});

test("what is returned, thrown and given to the work", () => {
  const slot = new Slot<string>();
  expect(slot.run("a", (one: number, two: number) => one + two, [1, 2])).toBe(3);
  expect(() =>
    slot.run(
      "a",
      () => {
        throw new Error("planned");
      },
      [],
    ),
  ).toThrow("planned");
  expect(slot.current).toBeUndefined();
  expect(slot.run("a", () => slot.outside(() => slot.current), [])).toBeUndefined();
});
