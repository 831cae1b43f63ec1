/** How long things take, as far as that can be said beforehand. Pure; guesses are marked as such where they are shown. */
import type { DeploymentSpec } from "@flashcard-otel/operator/injection/pod.ts";
import { replicasOf, roomOf } from "@flashcard-otel/operator/injection/share.ts";
import { nextProfile } from "@flashcard-otel/operator/migration/profiles.ts";
import type {
  ComponentSpec,
  ComponentStatus,
  Phase,
  Profile,
  Spec,
} from "@flashcard-otel/operator/migration/schema.ts";
import { secondsSince } from "@flashcard-otel/operator/migration/time.ts";
import type { ComponentWorld } from "@flashcard-otel/operator/migration/types.ts";

/** From a pod's creation until it is ready. */
const START_SECONDS = 20;
/** Twins, warm-up and off against off; then the verdict of a quiet place. */
const TRIAL_SECONDS = 150;
/** Two exports of metrics and a scrape. */
const TELEMETRY_SECONDS = 20;
/** Images, start and test signals of the backends. */
const BACKENDS_SECONDS = 90;
/** After a window until all of it has arrived. */
const ARRIVAL_SECONDS = 30;
/** Rules are watched for two evaluations, and every write gets a look of its own. */
const SWITCH_SECONDS = 60;

export interface Expected {
  seconds: number;
  /** Where a limit of the resource bounds it. */
  atMost?: number;
}

/** Nothing that goes on is over in less. */
const LEAST_SECONDS = 10;

/** What is left of a stage that takes so many seconds in all; a verdict that closes in knows better. */
export const restOf = (
  { since, stage, verdict }: ComponentStatus,
  seconds: number,
  now: Date,
): number => {
  const elapsed = since === undefined ? 0 : secondsSince(now, since);
  const { pairs = 0, forecastPairs } = verdict ?? {};
  const isForecast = stage === "Trial" && pairs > 0 && forecastPairs !== undefined;
  const whole = isForecast ? (elapsed * forecastPairs) / pairs : seconds;
  return Math.max(LEAST_SECONDS, Math.round(whole - elapsed));
};

/** One guarded rolling update: wave after wave, each soaked. */
export const rolloutOf = ({ deployment, spec }: ComponentWorld): Expected => {
  const workload = deployment?.spec as DeploymentSpec | undefined;
  if (!workload) return { seconds: 0 };
  const { surge, unavailable } = roomOf(workload, replicasOf(workload));
  const waves = Math.ceil(replicasOf(workload) / Math.max(1, surge + unavailable));
  return { seconds: waves * (spec.rollout.soakSeconds + START_SECONDS) };
};

export const telemetryOf = (): Expected => ({ seconds: TELEMETRY_SECONDS });

/** At most: every profile that may still be tried is undecided to the end. */
export const trialOf = (spec: ComponentSpec, budget: Spec["budget"]): Expected => ({
  seconds: TRIAL_SECONDS,
  atMost: budget.maxMinutes * 60 * profilesTried(spec, budget.cpuPercent).length,
});

/** The ladder without what is ruled out beforehand. */
export const profilesTried = (
  spec: ComponentSpec,
  cpuPercent: number,
  after?: Profile,
): Profile[] => {
  const { profile } = nextProfile(spec, after, cpuPercent);
  return profile ? [profile, ...profilesTried(spec, cpuPercent, profile)] : [];
};

const phases: Record<Phase, (spec: Spec) => number> = {
  Legacy: () => 0,
  Alongside: () => BACKENDS_SECONDS,
  Instrumented: () => 0,
  Validated: ({ parity }) => (parity?.windowSeconds ?? 0) + ARRIVAL_SECONDS,
  Switched: ({ alerts, dashboards }) => (alerts || dashboards ? SWITCH_SECONDS : 0),
  Retired: () => 0,
};

/** What reaching a phase takes beside the components' own ways. */
export const phaseOf = (phase: Phase, spec: Spec): Expected => ({ seconds: phases[phase](spec) });
