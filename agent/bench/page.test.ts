import { expect, test } from "@jest/globals";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { placeIn, withFigures } from "./page.ts";
import { type Found, markdownOf } from "./table.ts";

const page =
  "above\n<!-- figures of the bench -->\nold\n<!-- end of the figures of the bench -->\nbelow\n";

test("figures are replaced, and nothing else", () => {
  const changed = withFigures(page, "new");
  expect(placeIn(changed)).toMatchObject({ figures: "\nnew\n\n" });
  expect(changed.startsWith("above\n")).toBe(true);
  expect(changed.endsWith("below\n")).toBe(true);
  expect(withFigures(changed, "new")).toBe(changed);
});

test("a page without a place is refused with a sentence", () => {
  expect(() => placeIn("nothing")).toThrow("no place for the figures");
});

/** Whoever measures anew writes both files by one command. */
test("docs/performance.md says what docs/bench.json says", () => {
  const docs = join(import.meta.dirname, "../../docs");
  const { figures } = placeIn(readFileSync(join(docs, "performance.md"), "utf8"));
  const json = join(docs, "bench.json");
  const expected = existsSync(json)
    ? markdownOf(JSON.parse(readFileSync(json, "utf8")) as Found)
    : "";
  expect(figures.trim()).toBe(expected.trim());
});
