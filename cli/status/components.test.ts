import { expect, test } from "@jest/globals";
import {
  ago,
  component,
  NOW,
  spec,
  status,
  world,
} from "@flashcard-otel/operator/migration/scenes.ts";
import { components } from "./components.ts";

test("a component that is off the list is shown until its workload is plain", () => {
  const leaving = component({
    name: "web",
    stage: "TakingBack",
    reason: "Unlisted",
    message: "the resource does not name this workload any more",
    since: ago(20),
  });
  const { migration } = world({ spec: spec(), status: status({ components: [leaving] }) });
  const lines = components(
    { migration, now: NOW },
    { paint: (_colour, text) => text, wide: false },
  );
  expect(lines.map((line) => line.trim())).toEqual([
    "· api  Waiting",
    "◀ web  TakingBack 20s",
    "Unlisted: the resource does not name this workload any more",
  ]);
});
