/** The plan of a migration as one value: steps, time, and for every component what speaks against it and what becomes of it. */
import { backendManifests } from "@flashcard-otel/operator/backends/manifests.ts";
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import { preflight } from "@flashcard-otel/operator/injection/preflight.ts";
import { effectiveTarget, rank } from "@flashcard-otel/operator/migration/goal.ts";
import { conflicting } from "@flashcard-otel/operator/migration/conflict.ts";
import { componentIn } from "@flashcard-otel/operator/migration/named.ts";
import type { Inventory } from "@flashcard-otel/operator/migration/observe.ts";
import type { Phase } from "@flashcard-otel/operator/migration/schema.ts";
import type { ComponentWorld, World } from "@flashcard-otel/operator/migration/types.ts";
import type { Connection } from "../reach/connection.ts";
import { installationIn } from "../reach/installation.ts";
import type { Found } from "../reach/migration.ts";
import { reading } from "../reach/reading.ts";
import { settingsWith, worldOf } from "../reach/world.ts";
import { type Pair, podsOf } from "./patch.ts";
import { refusalsOf } from "./refusals.ts";
import { rehearse } from "./rehearse.ts";
import { podsIn, secondsOf, type Step } from "./steps.ts";
import { type TrialPlan, trialPlanOf } from "./trial.ts";

interface Refusal {
  reason: string;
  message: string;
}

export interface ComponentPlan {
  name: string;
  target: string;
  pods: number;
  stage: string;
  refusals: Refusal[];
  /** What preflight remarks without refusing. */
  remarks: string[];
  trial: TrialPlan;
  pod: Pair | undefined;
}

export interface Plan {
  migration: string;
  namespace: string;
  from: Phase;
  to: Phase;
  steps: Step[];
  seconds: number;
  /** Limits of the trials added up. */
  atMostSeconds: number;
  stuck: string | undefined;
  /** Why nothing is done at all. */
  refused: Refusal | undefined;
  /** What the Alongside step puts into the namespace. */
  backends: string[];
  components: ComponentPlan[];
  /** What could not be seen. */
  notes: string[];
}

export const planOf = async (found: Found, connection: Connection, now: Date): Promise<Plan> => {
  const { migration } = found;
  const { images } = await installationIn(reading(connection.cluster, { operator: "" }).cluster);
  const settings = settingsWith(images);
  const { cluster, notes } = reading(connection.cluster, settings.images);
  const { world, inventory } = await worldOf(migration, cluster, { now, settings });
  const refused = found.refused ?? (await conflicting(migration, { cluster }));
  const { steps, stuck } = refused ? { steps: [], stuck: undefined } : rehearse(world);
  const components = found.refused ? [] : await componentPlans(world, { inventory, cluster });
  return {
    migration: migration.metadata.name,
    namespace: migration.metadata.namespace,
    from: migration.status.phase,
    to: effectiveTarget(migration),
    steps,
    seconds: secondsOf(steps),
    atMostSeconds: steps.reduce((sum, { seconds, atMost }) => sum + (atMost ?? seconds), 0),
    stuck,
    refused,
    backends: refused ? [] : backendsOf(world),
    components,
    notes: [...notes, ...doubts(world, components)],
  };
};

/** What the pods would look like is exact only where these are known. */
const doubts = ({ settings, sources }: World, components: ComponentPlan[]): string[] => [
  ...(sources.agent === ""
    ? ["the agent of the operator: this program runs from its sources, so the hashes are others"]
    : []),
  ...(settings.images.operator === "" && components.some(({ trial }) => trial.first === "Full")
    ? ["the operator's image, which the init container of profile Full has"]
    : []),
];

const backendsOf = ({ migration, settings }: World): string[] =>
  rank(migration.status.phase) >= rank("Alongside")
    ? []
    : backendManifests(migration, settings).map(({ kind, metadata }) => `${kind}/${metadata.name}`);

/** Stages in which a component has been looked at, and is not asked again. */
const BEYOND: readonly string[] = ["RollingOut", "Soaking", "Instrumented", "TakingBack"];

interface Look {
  inventory: Inventory;
  cluster: Connection["cluster"];
}

const componentPlans = async (world: World, look: Look): Promise<ComponentPlan[]> => {
  const { namespace } = world.migration.metadata;
  const services = await look.cluster.list({ apiVersion: "v1", kind: "Service", namespace });
  const plans: ComponentPlan[] = [];
  for (const seen of world.components)
    plans.push(await componentPlan(world, seen, { ...look, services }));
  return plans;
};

const componentPlan = async (
  world: World,
  seen: ComponentWorld,
  { inventory, cluster, services }: Look & { services: Manifest[] },
): Promise<ComponentPlan> => {
  const { spec, deployment } = seen;
  const { migration, settings } = world;
  const status = componentIn(migration.status, spec.name);
  const subject = { migration, spec, status, deployment, inventory };
  const isBeyond = BEYOND.includes(status?.stage ?? "Waiting");
  const trial = trialPlanOf(world, seen, services);
  return {
    name: spec.name,
    target: `${spec.target.kind} ${spec.target.name}`,
    pods: podsIn(seen),
    stage: status?.stage ?? "Waiting",
    refusals: isBeyond ? [] : await refusalsOf(subject, { cluster, settings, world }),
    remarks: preflight({ spec, deployment, images: settings.images }).notes,
    trial,
    pod: isBeyond ? undefined : podsOf(world, seen, trial.first ?? "Lean"),
  };
};

/** Something that a person must change first. */
export const isRefused = ({ refused, stuck, components }: Plan): boolean =>
  refused !== undefined ||
  stuck !== undefined ||
  components.some(({ refusals }) => refusals.length > 0);
