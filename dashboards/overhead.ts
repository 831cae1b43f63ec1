/** The dashboard of what telemetry costs: the agent by its own account, what its governor leaves out, what was lost, what trials found. */
import { agentName } from "./names.ts";
import { type Board, one, type Panel } from "./panels.ts";

const WINDOW = "1m";
const SERVICE = "service_name";
const PROCESS = `${SERVICE}, service_instance_id`;
const service = `{{${SERVICE}}}`;

const rateOf = (metric: string): string =>
  `sum by (${SERVICE}) (rate(${agentName(metric)}[${WINDOW}]))`;

const cost = agentName("flashcard_otel.governor.cost");
const processor = `sum by (${PROCESS}) (rate(${agentName("process.cpu.time")}[${WINDOW}]))`;

const asked = (otel: string, legend = service) => ({ query: { otel }, legend });

const lost: Panel = {
  title: "Left out or lost per second",
  unit: "short",
  lines: [
    ["spans that found no room", "flashcard_otel.spans.dropped"],
    ["log records that found no room", "flashcard_otel.logs.dropped"],
    ["exports that failed", "flashcard_otel.posts.failed"],
    ["faults of the agent", "flashcard_otel.faults"],
  ].map(([what = "", metric = ""]) => ({
    query: { otel: rateOf(metric) },
    legend: `${service}: ${what}`,
  })),
};

const trials: Panel = {
  title: "Cost per item, by the trial (percent of CPU)",
  unit: "percent",
  lines: [
    {
      query: { otel: "max by (component, profile, bound) (flashcard_otel_trial_cost_percent)" },
      legend: "{{component}} {{profile}} {{bound}}",
    },
    { query: { otel: "max(flashcard_otel_budget_percent)" }, legend: "budget" },
  ],
};

export const overhead: Board = {
  name: "overhead",
  title: "Overhead of telemetry",
  rows: [
    {
      title: "What the agent costs, by its own account",
      panels: [
        one("Share of the processor time", "percentunit", asked(`max by (${SERVICE}) (${cost})`)),
        one(
          "Processor time of the agent (1 is a core)",
          "short",
          asked(`sum by (${SERVICE}) (${cost} * on (${PROCESS}) ${processor})`),
        ),
      ],
    },
    {
      title: "What the governor leaves out",
      panels: [
        one(
          "Rung (0 nothing, 1 attributes, 2 cheap calls, 3 to 7 requests, 8 all but metrics)",
          "short",
          asked(`max by (${SERVICE}) (${agentName("flashcard_otel.governor.level")})`),
        ),
        one(
          "Share of requests that are looked at",
          "percentunit",
          asked(`min by (${SERVICE}) (${agentName("flashcard_otel.governor.observed")})`),
        ),
        one(
          "Requests that are not looked at",
          "reqps",
          asked(rateOf("flashcard_otel.requests.unobserved")),
        ),
      ],
    },
    {
      title: "What leaves, and what does not",
      panels: [one("Spans per second", "short", asked(rateOf("flashcard_otel.spans"))), lost],
    },
    {
      title: "What trials found",
      panels: [
        trials,
        one(
          "Components by verdict",
          "short",
          asked("sum by (verdict) (flashcard_otel_trial_verdict)", "{{verdict}}"),
        ),
      ],
    },
  ],
};
