/** Everything that is generated here, by path from the root of the repository. */
import { alertRules, bridgeFile } from "./alerts.ts";
import { dashboard } from "./grafana.ts";
import { parityMap } from "./parity.ts";
import { promtoolFiles } from "./promtool/files.ts";

const chart = "charts/flashcards/files";

export const generatedFiles = (): Map<string, string> =>
  new Map([
    [`${chart}/dashboards/legacy.json`, dashboard("legacy")],
    [`${chart}/dashboards/otel.json`, dashboard("otel")],
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
