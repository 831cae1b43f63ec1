/** Everything that is generated here, by path from the root of the repository. */
import { alertRules, bridgeFile } from "./alerts.ts";
import { own, switched } from "./boards.ts";
import { EDITIONS } from "./editions.ts";
import { dashboard } from "./grafana.ts";
import type { Board } from "./panels.ts";
import { parityMap } from "./parity.ts";
import { promtoolFiles } from "./promtool/files.ts";

const chart = "charts/flashcards/files";
/** Its dashboards are about the product, whatever it is used on. */
const product = "charts/flashcard-otel/files";

/** By edition, and in it by board: that is how ConfigMaps hold them. */
const pairs = (): [path: string, text: string][] =>
  switched.flatMap((board) =>
    EDITIONS.map((edition): [string, string] => [
      `${chart}/dashboards/${edition}/${board.name}.json`,
      dashboard(board, edition),
    ]),
  );

const single = (board: Board): [path: string, text: string] => [
  `${product}/dashboards/${board.name}.json`,
  dashboard(board, "otel"),
];

export const generatedFiles = (): Map<string, string> =>
  new Map([
    ...pairs(),
    ...own.map(single),
    [`${chart}/rules/legacy.yaml`, alertRules("legacy")],
    [`${chart}/rules/otel.yaml`, alertRules("otel")],
    [`${chart}/rules/bridge.yaml`, bridgeFile()],
    [`${chart}/parity.yaml`, parityMap()],
    ["pipeline/parity.yaml", parityMap()],
    ...promtoolFiles().map(([name, text]): [string, string] => [
      `dashboards/promtool/${name}`,
      text,
    ]),
  ]);
