import { describe, expect, test } from "@jest/globals";
import { together } from "../verdict/keys.ts";
import { parseEvidence } from "../verdict/evidence.ts";
import { type AnyBody, number, rehearse, rehearsePairs, textOf } from "../verdict/rehearsal.ts";
import { judgeTrial } from "../verdict/trial.ts";
import { framesOf } from "./frames.ts";
import { page } from "./page.ts";
import type { Found } from "./result.ts";

const budget = { cpuPercent: 1, guardPercent: 3, alpha: 0.05 };

const keyOf = (bodies: AnyBody[]) => {
  const text = textOf(number(bodies));
  const evidence = parseEvidence(text);
  if ("damaged" in evidence) throw new Error(evidence.damaged);
  return { text, verdict: judgeTrial(evidence, budget) };
};

const one = keyOf(rehearse());
const two = keyOf(rehearsePairs());

const found: Found = {
  app: 'node "a & b.js"',
  url: "http://127.0.0.1:3000/",
  agent: "lean",
  budget,
  ...together({ marginal: one.verdict, whole: two.verdict }, budget),
  marginal: one.verdict,
  whole: two.verdict,
  seconds: 100,
  evidence: { marginal: one.text, whole: two.text },
};

describe("the frames", () => {
  test("end with what the verdict says, and the interval has closed in on it", () => {
    const frames = framesOf(one.text, budget);
    const [first, last] = [frames[0], frames.at(-1)];
    if (!first || !last) throw new Error("there are frames");
    const { estimatePercent, lowerPercent, upperPercent, pairs } = one.verdict;
    expect(last).toEqual({
      pairs,
      estimate: estimatePercent,
      lower: lowerPercent,
      upper: upperPercent,
    });
    expect(first.upper - first.lower).toBeGreaterThan(3 * (last.upper - last.lower));
  });

  test("damaged evidence has none", () => {
    expect(() => framesOf(one.text.replace('"seq":4', '"seq":5'), budget)).toThrow("line 5");
  });
});

describe("the page", () => {
  test("holds everything and fetches nothing", () => {
    const html = page(found);
    expect(html).not.toMatch(/<script|<link|https?:\/\/(?!127\.0\.0\.1)/);
    expect(html.match(/<polygon/g)).toHaveLength(2);
    expect(html).toContain("limit 1 %");
    expect(html).toContain("limit 3 %");
  });

  test("shows what was typed as text", () => {
    expect(page(found)).toContain("<code>node &quot;a &amp; b.js&quot;</code>");
  });

  test("says why there is no first key", () => {
    const html = page({ ...found, marginal: null, evidence: { marginal: null, whole: two.text } });
    expect(html).toContain("cannot be switched on and off per item");
  });
});
