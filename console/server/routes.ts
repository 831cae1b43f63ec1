/** What the page can ask: one row per question. All but the command only read. */
import type { Cluster } from "../../operator/cluster/cluster.ts";
import type { Fetch } from "../../operator/measurement/ask.ts";
import { GROUP, KIND, VERSION } from "../../operator/migration/schema.ts";
import type { Migration, Offer } from "../facts.ts";
import { beats } from "./beats.ts";
import { boards, panelLines, type Side } from "./boards.ts";
import { offers, orderOf } from "./commands.ts";
import { happenings } from "./happenings.ts";
import { may } from "./rights.ts";
import { subjectOf } from "./subject.ts";
import { oneTrace, recentTraces } from "./traces.ts";
import { trialCourse } from "./trials.ts";

export interface Doors {
  cluster: Cluster;
  /** Reaches services inside the cluster. */
  fetch: Fetch;
  now: () => Date;
}

export interface Asking {
  migration: Migration;
  /** The query of a GET, the fields of a POST. */
  field: (name: string) => string;
}

/** The person asked for something that cannot be; the sentence says what can. */
export class BadRequest extends Error {}

type Answer = (asking: Asking, doors: Doors) => Promise<unknown>;

const sideOf = (word: string): Side => (word === "legacy" ? "legacy" : "otel");

const numberIn = (text: string, [least, most]: [number, number]): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new BadRequest(`${text} is not a whole number from ${least} to ${most}`);
  return value;
};

/** Buttons that the API server would refuse are not offered. */
const allowed = async ({ migration }: Asking, { cluster, now }: Doors): Promise<Offer[]> => {
  const { namespace, name } = migration;
  if (!(await may(cluster, { verb: "patch", namespace, name }))) return [];
  return offers(
    migration,
    now()
      .toISOString()
      .replaceAll(/[^\dTZ]/g, ""),
  );
};

export const questions: Record<string, Answer> = {
  offers: allowed,
  trial: async ({ migration, field }, { cluster }) =>
    (await trialCourse(
      { migration, component: field("component"), evidence: field("evidence") },
      cluster,
    )) ?? null,
  traces: ({ migration, field }, doors) =>
    recentTraces({ subject: subjectOf(migration), service: field("service") }, doors),
  trace: async ({ migration, field }, doors) =>
    (await oneTrace({ subject: subjectOf(migration), traceId: field("id") }, doors)) ?? null,
  pulse: ({ migration }, { cluster }) => beats(migration, cluster),
  events: ({ migration }, { cluster }) => happenings(migration, cluster),
  boards: ({ migration, field }, doors) =>
    boards({ subject: subjectOf(migration), side: sideOf(field("side")) }, doors),
  panel: ({ migration, field }, doors) =>
    panelLines(
      {
        subject: subjectOf(migration),
        side: sideOf(field("side")),
        board: numberIn(field("board"), [0, 100]),
        panel: numberIn(field("panel"), [0, 1000]),
        minutes: numberIn(field("minutes"), [1, 1440]),
      },
      doors,
    ),
};

/** Writes one annotation, with the user's rights: the API server has the last word. */
export const command: Answer = async ({ migration, field }, { cluster }) => {
  const name = field("command");
  const order = orderOf(name, field("value"));
  if (!order) throw new BadRequest(`${name} ${field("value")} is no command`);
  const { namespace } = migration;
  await cluster.merge(
    { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, namespace, name: migration.name },
    { metadata: { annotations: { [order.annotation]: order.value } } },
  );
  return { done: order };
};
