/** The migration a person means: by name, or the only one in the namespace. */
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import { componentIn } from "@flashcard-otel/operator/migration/named.ts";
import { parse } from "@flashcard-otel/operator/migration/observe.ts";
import { GROUP, KIND, PHASES, PLURAL, VERSION } from "@flashcard-otel/operator/migration/schema.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import { instead } from "../similar.ts";
import { missing, misuse } from "../trouble.ts";
import type { Connection } from "./connection.ts";

const RESOURCE = { apiVersion: `${GROUP}/${VERSION}`, kind: KIND };

export interface Found {
  /** As the API server sent it. */
  object: Manifest;
  migration: Migration;
  /** Why the operator leaves it alone: its spec breaks a rule. */
  refused?: { reason: string; message: string };
}

type Place = Pick<Connection, "cluster" | "namespace">;

const found = (object: Manifest): Found => ({ object, ...parse(object) });

/** `flashcardtelemetry.flashcard-otel.dev/pipeline`, as kubectl -o name. */
export const fullName = ({ migration: { metadata } }: Found): string =>
  `${KIND.toLowerCase()}.${GROUP}/${metadata.name}`;

/** All of the namespace, or of all namespaces (""). */
export const allMigrations = async ({ cluster, namespace }: Place): Promise<Found[]> =>
  (await cluster.list({ ...RESOURCE, namespace })).map(found);

export const findMigration = async (place: Place, name: string | undefined): Promise<Found> =>
  name === undefined ? theOnly(place) : named(place, name);

const named = async (place: Place, name: string): Promise<Found> => {
  const { cluster, namespace } = place;
  const object = await cluster.read({ ...RESOURCE, namespace, name });
  if (object) return found(object);
  const all = (await allMigrations(place)).map(({ migration }) => migration);
  throw missing({
    what: `there is no migration ${name} in namespace ${namespace}`,
    ...meant(name, all),
  });
};

/** What somebody names in the place of a migration: one that is misspelt, one of its components, a phase. */
const meant = (name: string, all: Migration[]): { why: string; todo: string } => {
  const owner = all.find(({ spec }) => spec.components.some((one) => one.name === name));
  if (owner)
    return {
      why: `it is a component of ${owner.metadata.name}`,
      todo: `flashcard-otel explain component ${name}; what is told to a migration holds for all of its components`,
    };
  const phase = PHASES.find((one) => one.toLowerCase() === name.toLowerCase());
  if (phase) return { why: "it is a phase", todo: `flashcard-otel target ${phase}` };
  const known = all.map(({ metadata }) => metadata.name);
  return {
    why: known.length === 0 ? "there is none in it at all" : instead(name, known),
    todo: `kubectl get ${PLURAL} --all-namespaces; then name it, and its namespace with -n`,
  };
};

const theOnly = async (place: Place): Promise<Found> => {
  const [only, ...others] = await allMigrations(place);
  if (!only)
    throw missing({
      what: `there is no migration in namespace ${place.namespace}`,
      why: "nobody has created a FlashcardTelemetry there",
      todo: `choose another namespace with -n (kubectl get ${PLURAL} --all-namespaces), or apply a resource like manifests/samples/flashcards.yaml`,
    });
  if (others.length === 0) return only;
  const names = [only, ...others].map(({ migration }) => migration.metadata.name);
  throw misuse({
    what: `there are ${names.length} migrations in namespace ${place.namespace}`,
    why: `the command needs to know which one: ${names.join(", ")}`,
    todo: "add the name to the command",
  });
};

/** The component of that name; a sentence about those that there are otherwise. */
export const componentOf = (
  { spec, metadata }: Migration,
  name: string,
): Migration["spec"]["components"][number] => {
  const component = componentIn(spec, name);
  if (component) return component;
  throw missing({
    what: `${metadata.name} has no component ${name}`,
    why: instead(
      name,
      spec.components.map((one) => one.name),
    ),
    todo: "name one of them, or add it to spec.components",
  });
};
