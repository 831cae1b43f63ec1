/** One migration as a tree: five steps with what is proven, the components under the second, and what is waited for. Pure. */
import { downtimeSentence } from "@flashcard-otel/operator/migration/downtime.ts";
import {
  COMMAND,
  effectiveTarget,
  isLeaving,
  rank,
} from "@flashcard-otel/operator/migration/goal.ts";
import { PHASES, type Phase, type Stage } from "@flashcard-otel/operator/migration/schema.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import { minutes, secondsBetween, span } from "../text/time.ts";
import { components, type Look } from "./components.ts";

export interface Shown {
  migration: Migration;
  now: Date;
  /** Undefined where it cannot be told. */
  secondsLeft: number | undefined;
  /** Why it does not get there by itself. */
  stuck?: string | undefined;
}

export const view = (shown: Shown, look: Look): string[] => [
  headline(shown, look),
  ...doing(shown, look),
  "",
  ...PHASES.slice(1).flatMap((phase) => phaseLines(phase, shown, look)),
  "",
  ...measured(shown.migration),
];

const headline = ({ migration }: Shown, { paint }: Look): string => {
  const { metadata, status } = migration;
  const target = effectiveTarget(migration);
  const way = target === status.phase ? "where it shall be" : `on the way to ${target}`;
  return `${paint("bold", metadata.name)} in ${metadata.namespace}: ${paint("bold", status.phase)}, ${way}${held(migration)}`;
};

const held = (migration: Migration): string => {
  const { spec, metadata } = migration;
  const target = effectiveTarget(migration);
  const reasons = [
    ...(metadata.deletionTimestamp ? ["is being deleted"] : []),
    ...(metadata.annotations?.[COMMAND.leave] === "true"
      ? [`leaves; to begin again take away the annotation ${COMMAND.leave}`]
      : []),
    ...(!isLeaving(migration) && target !== spec.target
      ? [`held; spec.target is ${spec.target}`]
      : []),
    ...(metadata.annotations?.["flashcard-otel.dev/paused"] === "true" ? ["paused"] : []),
  ];
  return reasons.length > 0 ? ` (${reasons.join(", ")})` : "";
};

const doing = ({ migration, now, secondsLeft, stuck }: Shown, { paint }: Look): string[] => {
  const { next } = migration.status;
  if (!next) return [paint("yellow", "the operator has not looked at it yet")];
  if (next.reason === "Settled") return [];
  const since = secondsBetween(next.since, now);
  const time = since === undefined ? "" : ` for ${span(since)}`;
  const lines = [`${next.what}${time}`, `  ${next.reason}: ${next.message}`];
  const target = effectiveTarget(migration);
  if (stuck) lines.push(paint("red", `  it does not get to ${target} by itself`));
  else if (secondsLeft)
    lines.push(`  about ${minutes(secondsLeft)} to ${target}, if all goes well`);
  return lines;
};

const phaseLines = (phase: Phase, shown: Shown, look: Look): string[] => {
  const { migration } = shown;
  const { paint, wide } = look;
  const reached = rank(migration.status.phase) >= rank(phase);
  const record = migration.status.history.findLast(({ name }) => name === phase);
  const current = rank(phase) === rank(migration.status.phase) + 1;
  const isTarget = effectiveTarget(migration) === phase;
  const mark = reached
    ? paint("green", "✔")
    : current && !isBack(migration)
      ? paint("cyan", "▶")
      : "·";
  const parts = [
    `${mark} ${phase.padEnd(12)}`,
    reached && record ? `proven in ${span(record.seconds)}` : "",
    progress(phase, migration),
    isTarget ? paint("dim", "← target") : "",
  ];
  const line = parts
    .filter((part) => part !== "")
    .join("  ")
    .trimEnd();
  const evidence = wide && reached && record ? [paint("dim", `    ${record.evidence}`)] : [];
  return [line, ...evidence, ...(phase === "Instrumented" ? components(shown, look) : [])];
};

const isBack = (migration: Migration): boolean =>
  rank(effectiveTarget(migration)) <= rank(migration.status.phase);

const progress = (phase: Phase, { spec, status }: Migration): string => {
  if (phase === "Instrumented") {
    const done = status.components.filter(({ stage }) => DONE.includes(stage)).length;
    return `${done} of ${spec.components.length} components`;
  }
  if (phase === "Validated" && status.parity) {
    const { rows } = status.parity;
    const good = rows.filter(({ verdict }) => !["Differs", "NoEvidence"].includes(verdict)).length;
    return `${good} of ${rows.length} rows agree`;
  }
  return phase === "Switched" && status.switched ? status.switched.step : "";
};

const DONE: readonly Stage[] = ["Instrumented", "Skipped"];

const measured = ({ spec, status }: Migration): string[] => {
  const { downtime } = status;
  if (downtime) return [`pulse: ${downtimeSentence(downtime)}`];
  return [
    spec.pulse
      ? "pulse: no report yet"
      : "pulse: none (spec.pulse is absent), so nothing is known about failed requests",
  ];
};
