/** The dashboard of a migration, as the operator tells it: how far it is, whether anybody notices, what it promised. */
import { type Board, one } from "./panels.ts";

const WINDOW = "1m";

const asked = (otel: string, legend: string) => ({ query: { otel }, legend });

const items = (outcome: string): string => `flashcard_otel_pulse_items_total{outcome="${outcome}"}`;

export const migration: Board = {
  name: "migration",
  title: "Migration",
  rows: [
    {
      title: "How far it is",
      panels: [
        {
          title:
            "Phase (0 Legacy, 1 Alongside, 2 Instrumented, 3 Validated, 4 Switched, 5 Retired)",
          unit: "short",
          lines: [
            {
              query: { otel: "max by (migration) (flashcard_otel_migration_phase)" },
              legend: "{{migration}}",
            },
            {
              query: { otel: "max by (migration) (flashcard_otel_migration_target)" },
              legend: "{{migration}}: target",
            },
          ],
        },
        one(
          "Components by stage",
          "short",
          asked("sum by (stage) (flashcard_otel_component_stage)", "{{stage}}"),
        ),
        one(
          "Rows of the parity map by verdict",
          "short",
          asked("sum by (verdict) (flashcard_otel_parity_rows)", "{{verdict}}"),
        ),
      ],
    },
    {
      title: "The pulse",
      panels: [
        one("Items per second", "reqps", asked(`sum(rate(${items("done")}[${WINDOW}]))`, "done")),
        one(
          "Failed items since the beginning",
          "short",
          asked(`sum(${items("failed")})`, "failed"),
        ),
        one(
          "Longest time without an answer",
          "s",
          asked("max(flashcard_otel_pulse_longest_gap_seconds)", "gap"),
        ),
      ],
    },
    {
      title: "Objectives",
      panels: [
        one(
          "Burning (1) or met (0)",
          "short",
          asked("max by (objective) (flashcard_otel_objective_burning)", "{{objective}}"),
        ),
      ],
    },
  ],
};
