/** The only file that knows Grafana's SDK. */
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  RowBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { type Edition } from "./editions.ts";
import { type Board, type Panel, rowsIn } from "./panels.ts";

const datasource = { type: "prometheus", uid: "${datasource}" };

const suffixes: Record<Edition, string> = { legacy: "", otel: " (OpenTelemetry)" };

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
        .expr(query[edition] ?? "")
        .legendFormat(legend)
        .datasource(datasource),
    );
  }
  return panel;
};

/** As Grafana imports it. */
export const dashboard = (board: Board, edition: Edition): string => {
  const builder = new DashboardBuilder(`${board.title}${suffixes[edition]}`)
    .uid(`${board.name}-${edition}`)
    .tags([board.name, edition])
    .refresh("10s")
    .time({ from: "now-30m", to: "now" })
    .timezone("browser")
    .withVariable(
      new DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"),
    );
  for (const { title, panels } of rowsIn(board, edition)) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panelOf(panel, edition));
  }
  return `${JSON.stringify(builder.build(), undefined, 2)}\n`;
};
