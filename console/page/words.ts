/** The operator's words as a person reads them, and numbers as text. Tables are complete: the compiler asks for every word. */
import type { Phase, Stage, TrialVerdict } from "../../operator/migration/schema.ts";

/** How a state looks: never by colour alone, each has a mark of its own. */
export type Tone = "good" | "bad" | "warn" | "busy" | "idle";

interface Step {
  /** What is done to get there. */
  does: string;
  /** What has been proven when it is reached. */
  proof: string;
}

const STEPS: Record<Phase, Step> = {
  Legacy: { does: "old monitoring only", proof: "nothing was changed" },
  Alongside: {
    does: "add OpenTelemetry alongside",
    proof: "backends are ready; a trace, a metric and a log arrived",
  },
  Instrumented: {
    does: "instrument one by one",
    proof: "every component within its budget, rolled out without a failed request",
  },
  Validated: {
    does: "validate data quality",
    proof: "every number of the old monitoring is there and agrees",
  },
  Switched: {
    does: "switch dashboards and alerts",
    proof: "panels and rules answer from the new source",
  },
  Retired: { does: "retire the old code", proof: "nothing reads a legacy series any more" },
};

export const PHASES = Object.keys(STEPS) as Phase[];
export const stepOf = (phase: Phase): Step => STEPS[phase];
export const rank = (phase: Phase): number => PHASES.indexOf(phase);

interface StageWord {
  text: string;
  tone: Tone;
  /** Column of the matrix it stands in. */
  column: number;
}

/** The way of a component, left to right. */
export const COLUMNS = ["Waiting", "Preflight", "Trial", "Rolling out", "Soaking", "Instrumented"];

const STAGES: Record<Stage, StageWord> = {
  Waiting: { text: "Waiting", tone: "idle", column: 0 },
  Preflight: { text: "Preflight", tone: "busy", column: 1 },
  Trial: { text: "Trial", tone: "busy", column: 2 },
  Held: { text: "Held", tone: "bad", column: 2 },
  RollingOut: { text: "Rolling out", tone: "busy", column: 3 },
  TakingBack: { text: "Taking back", tone: "warn", column: 3 },
  TakenBack: { text: "Taken back", tone: "bad", column: 3 },
  Soaking: { text: "Soaking", tone: "busy", column: 4 },
  Instrumented: { text: "Instrumented", tone: "good", column: 5 },
  Skipped: { text: "Skipped", tone: "idle", column: 5 },
};

export const stageOf = (stage: Stage): StageWord => STAGES[stage];

const VERDICTS: Record<TrialVerdict["verdict"], Tone> = {
  Running: "busy",
  Passed: "good",
  Failed: "bad",
  Inconclusive: "warn",
  Error: "bad",
  NotMeasured: "idle",
};

export const verdictTone = (verdict: TrialVerdict["verdict"]): Tone => VERDICTS[verdict];

const PARITY: Record<string, Tone> = {
  Match: "good",
  Exceeds: "good",
  Dropped: "idle",
  NotApplicable: "idle",
  Differs: "bad",
  NoEvidence: "warn",
};

export const parityTone = (verdict: string): Tone => PARITY[verdict] ?? "warn";

export const percent = (value: number, digits = 2): string =>
  `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)} %`;

/** What a message says first: where there is little room, the rest of it is one click away. */
export const gist = (message: string): string => message.split("; ")[0] ?? "";

/** A number with the minus that figures have. */
export const figure = (value: number): string => `${value < 0 ? "−" : ""}${Math.abs(value)}`;

/** With as many digits as tell something. */
export const short = (value: number): string => {
  const size = Math.abs(value);
  if (size >= 1e9) return `${(value / 1e9).toFixed(1)}G`;
  if (size >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  if (size >= 1e4) return `${(value / 1e3).toFixed(0)}k`;
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1).replace(/\.0$/, "");
  return value === 0 ? "0" : String(Number(value.toPrecision(2)));
};

export const duration = (seconds: number): string => {
  if (seconds > 0 && seconds < 0.001) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `${Number((seconds * 1000).toPrecision(3))} ms`;
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (seconds < 86_400)
    return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.round((seconds % 86_400) / 3600)} h`;
};

const two = (value: number): string => String(value).padStart(2, "0");

export const clock = (at: number): string => {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
};

export const day = (text: string): string =>
  Number.isNaN(Date.parse(text)) ? "" : `${text.slice(0, 10)} ${clock(Date.parse(text))}`;

export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
