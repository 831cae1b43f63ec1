import { expect, test } from "@jest/globals";
import { settingsFrom } from "./settings.ts";

const env = {
  ATTEMPT: "a1",
  TOKEN: "00f1a5bca4d07e1e",
  TWIN_URL: "http://10.0.0.2:8080/",
  TWIN_METER_URL: "http://10.0.0.2:9465",
  PLAIN_URL: "http://[fd00::1]:8080",
  PLAIN_METER_URL: "http://10.0.0.1:9465",
  SINK_URL: "http://127.0.0.1:4318",
  PAIRS_PER_BLOCK: "20",
};

test("numbers have defaults, addresses lose their slash", () => {
  expect(settingsFrom(env)).toMatchObject({
    urls: { plain: "http://[fd00::1]:8080", injected: "http://10.0.0.2:8080" },
    pairsPerBlock: 20,
    warmupItems: 1500,
    flushPath: "/",
  });
});

test("everything that is missing or wrong is named at once", () => {
  const { ATTEMPT: _attempt, ...rest } = env;
  expect(() => settingsFrom({ ...rest, TOKEN: "xyz", SINK_URL: "sink", BLOCKS: "many" })).toThrow(
    "ATTEMPT is not set; TOKEN is xyz; SINK_URL is sink; BLOCKS is many, not a whole number",
  );
});

test("a budget is told only where it is given", () => {
  expect(settingsFrom(env)).not.toHaveProperty("marginPercent");
  expect(settingsFrom({ ...env, MARGIN_PERCENT: "0.5", ALPHA: "0.01" })).toMatchObject({
    marginPercent: 0.5,
    alpha: 0.01,
  });
});
