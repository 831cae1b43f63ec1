/** The dashboard of the operator itself, which the chart gives to a Grafana that is there. Pure. */
import { type Board, boardOf } from "./board.ts";

const board: Board = {
  uid: "flashcard-otel-operator",
  title: "flashcard-otel",
  tags: [],
  rows: [
    {
      title: "Migrations",
      panels: [
        {
          title: "Looks",
          unit: "ops",
          expr: "sum by (outcome) (rate(flashcard_otel_look_seconds_count[$__rate_interval]))",
          legend: "{{outcome}}",
        },
        {
          title: "Time of a look, 95th percentile",
          unit: "s",
          expr: "histogram_quantile(0.95, sum by (le) (rate(flashcard_otel_look_seconds_bucket[$__rate_interval])))",
        },
        { title: "Waiting for a look", unit: "short", expr: "sum(flashcard_otel_waiting)" },
        { title: "Leaders", unit: "short", expr: "sum(flashcard_otel_leader)" },
      ],
    },
    {
      title: "Kubernetes",
      panels: [
        {
          title: "Calls to the API server",
          unit: "ops",
          expr: "sum by (method, status) (rate(flashcard_otel_api_call_seconds_count[$__rate_interval]))",
          legend: "{{method}} {{status}}",
        },
        {
          title: "Watches opened again",
          unit: "ops",
          expr: "sum by (kind) (rate(flashcard_otel_watches_replaced_total[$__rate_interval]))",
          legend: "{{kind}}",
        },
        {
          title: "Pods seen by the webhook",
          unit: "ops",
          expr: "sum by (outcome) (rate(flashcard_otel_admissions_total[$__rate_interval]))",
          legend: "{{outcome}}",
        },
      ],
    },
    {
      title: "Processes",
      panels: [
        {
          title: "CPU",
          unit: "short",
          expr: "rate(process_cpu_seconds_total[$__rate_interval]) and on (instance) flashcard_otel_unhandled_rejections_total",
          legend: "{{instance}}",
        },
        {
          title: "Memory",
          unit: "bytes",
          expr: "process_resident_memory_bytes and on (instance) flashcard_otel_unhandled_rejections_total",
          legend: "{{instance}}",
        },
        {
          title: "Errors that nobody caught",
          unit: "short",
          expr: "sum(flashcard_otel_unhandled_rejections_total)",
        },
      ],
    },
  ],
};

export const ownBoard = (): string => `${boardOf(board)}\n`;
