/** Where the migration stands: what comes next and why it waits, components by stages, what is proven so far. */
import type { Condition } from "../../../operator/migration/schema.ts";
import type { Migration } from "../../facts.ts";
import { Icon } from "../draw/icon.tsx";
import type { ViewOptions } from "../migration.tsx";
import { Badge, Card, Evidence, Facts } from "../parts.tsx";
import { Matrix } from "./matrix.tsx";
import { day, duration, PHASES, rank, stepOf, type Tone } from "../words.ts";

const Next = ({ migration }: { migration: Migration }) => {
  const { next } = migration.status;
  if (!next) return null;
  const settled = next.reason === "Settled";
  return (
    <section class={`next ${settled ? "settled" : ""}`} aria-label="Next">
      <span class="label">{settled ? "Now" : "Next"}</span>
      <p class="what">{next.what}</p>
      <p class="message">{next.message}</p>
      <p class="dim">
        <code>{next.reason}</code> since {day(next.since)}
      </p>
    </section>
  );
};

/** The latest proof of each phase that still stands. */
const Proofs = ({ migration: { status } }: { migration: Migration }) => (
  <Card title="What is proven">
    <ol class="proofs">
      {PHASES.slice(1).map((phase) => {
        const record = status.history.findLast(({ name }) => name === phase);
        const proven = rank(phase) <= rank(status.phase);
        return (
          <li key={phase} class={proven ? "proven" : ""}>
            <Icon name={proven ? "good" : "idle"} />
            <div>
              <b>{phase}</b>
              {proven && record && <span class="dim"> in {duration(record.seconds)}</span>}
              {proven && record ? (
                <Evidence text={record.evidence} />
              ) : (
                <p class="dim">{stepOf(phase).proof}</p>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  </Card>
);

/** A condition whose True is bad news. */
const BAD = ["Stalled"];

const toneOf = ({ type, status }: Condition): Tone => {
  if (status === "Unknown") return "idle";
  return (status === "True") === BAD.includes(type) ? (type === "Ready" ? "busy" : "bad") : "good";
};

const Conditions = ({ migration: { status } }: { migration: Migration }) => (
  <Card title="Conditions">
    <ul class="conditions">
      {status.conditions.map((condition) => (
        <li key={condition.type}>
          <Badge tone={toneOf(condition)}>
            {condition.type} <code>{condition.status}</code>
          </Badge>
          <div>
            <code>{condition.reason}</code>
            <p>{condition.message}</p>
          </div>
        </li>
      ))}
    </ul>
  </Card>
);

const Numbers = ({ migration: { status, spec } }: { migration: Migration }) => {
  const { downtime, parity, baseline } = status;
  return (
    <Card title="Numbers">
      <Facts
        rows={[
          [
            "Failed requests",
            downtime ? `${downtime.failed} of ${downtime.sent.toLocaleString("en")}` : "no pulse",
          ],
          ["Longest gap", downtime ? duration(downtime.longestGapMs / 1000) : "—"],
          ["Parity", parity ? `${parity.rows.length} rows` : "not compared yet"],
          ["Legacy series", baseline ? baseline.series.toLocaleString("en") : "—"],
          ["Budget", spec ? `${spec.budget.cpuPercent} % CPU per item` : "—"],
          ["Approval", spec?.approval ?? "—"],
        ]}
      />
    </Card>
  );
};

export const Steps = ({ migration }: ViewOptions) => (
  <>
    <Next migration={migration} />
    <Matrix migration={migration} />
    <div class="columns">
      <Proofs migration={migration} />
      <Conditions migration={migration} />
      <Numbers migration={migration} />
    </div>
  </>
);
