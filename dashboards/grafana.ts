/** The only file that knows Grafana's SDK. */
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  RowBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { type Edition } from "./editions.ts";
import { type Panel, rows } from "./panels.ts";
import { queries } from "./queries.ts";

const datasource = { type: "prometheus", uid: "${datasource}" };

const titles: Record<Edition, string> = {
  legacy: "Flashcard pipeline",
  otel: "Flashcard pipeline (OpenTelemetry)",
};

const panelOf = ({ title, unit, lines }: Panel, edition: Edition): PanelBuilder => {
  const panel = new PanelBuilder()
    .title(title)
    .unit(unit)
    .min(0)
    .datasource(datasource)
    .height(8)
    .span(8);
  for (const [index, { query, legend }] of lines.entries()) {
    const refId = String.fromCodePoint(65 + index);
    panel.withTarget(
      new DataqueryBuilder()
        .refId(refId)
        .expr(queries[query][edition])
        .legendFormat(legend)
        .datasource(datasource),
    );
  }
  return panel;
};

export const dashboard = (edition: Edition): string => {
  const builder = new DashboardBuilder(titles[edition])
    .uid(`flashcards-${edition}`)
    .tags(["flashcards", edition])
    .refresh("10s")
    .time({ from: "now-30m", to: "now" })
    .timezone("browser")
    .withVariable(
      new DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"),
    );
  for (const { title, panels } of rows) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panelOf(panel, edition));
  }
  return `${JSON.stringify(builder.build(), undefined, 2)}\n`;
};
