/** Unit tests for promtool, by name of file. */
import { EDITIONS } from "../editions.ts";
import { bridgeTests } from "./bridge.ts";
import { burnTests } from "./burn.ts";
import { thresholdTests } from "./thresholds.ts";

export const promtoolFiles = (): [name: string, text: string][] => [
  ...EDITIONS.flatMap((edition): [string, string][] => [
    [`${edition}-thresholds.yaml`, thresholdTests(edition)],
    [`${edition}-burn.yaml`, burnTests(edition)],
  ]),
  ["bridge.yaml", bridgeTests()],
];
