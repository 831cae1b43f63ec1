/** What has changed between two statuses, as a person reads it in `kubectl describe` and `kubectl events`. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import { microTime } from "../cluster/time.ts";
import { rank } from "./goal.ts";
import { componentIn } from "./named.ts";
import {
  GROUP,
  KIND,
  VERSION,
  type ComponentStatus,
  type Status,
  type TrialVerdict,
} from "./schema.ts";
import type { Migration } from "./types.ts";

export interface News {
  type: "Normal" | "Warning";
  action: "Migrate" | "Move" | "Judge";
  reason: string;
  note: string;
}

/** What a person should look at, unless it was asked for. */
const TROUBLE: readonly string[] = ["TakingBack", "TakenBack", "Held"];
const ASKED: readonly string[] = ["Retreat", "Unlisted"];

export const news = (before: Status, after: Status): News[] => [
  ...phaseNews(before, after),
  ...leaveNews(before, after),
  ...after.components.flatMap((component) =>
    componentNews(componentIn(before, component.name), component),
  ),
];

const phaseNews = (before: Status, after: Status): News[] => {
  if (before.phase === after.phase) return [];
  const type = "Normal";
  if (rank(after.phase) > rank(before.phase)) {
    const evidence = after.history.findLast(({ name }) => name === after.phase)?.evidence;
    return [{ type, action: "Migrate", reason: `${after.phase}Reached`, note: evidence ?? "" }];
  }
  const note = `back from ${before.phase}`;
  return [{ type, action: "Migrate", reason: `BackAt${after.phase}`, note }];
};

/** The status goes with the resource; the event stays for a while. */
const leaveNews = (before: Status, { next }: Status): News[] =>
  next?.reason === "NotRestored" && before.next?.reason !== "NotRestored"
    ? [{ type: "Warning", action: "Move", reason: "NotRestored", note: next.message }]
    : [];

const componentNews = (before: ComponentStatus | undefined, after: ComponentStatus): News[] => {
  const judged = after.verdicts.slice(before?.verdicts.length ?? 0);
  const verdicts = judged.map((verdict) => verdictNews(after.name, verdict));
  if (before === undefined || before.stage === after.stage) return verdicts;
  const { name, stage, reason, message, kept } = after;
  const where = stage === "TakingBack" && kept ? `; what was seen is in ConfigMap ${kept}` : "";
  const type = TROUBLE.includes(stage) && !ASKED.includes(reason) ? "Warning" : "Normal";
  return [
    ...verdicts,
    { type, action: "Move", reason: stage, note: `${name}: ${message} (${reason})${where}` },
  ];
};

/** What was not measured was not to be: skipped, or passed over for a poorer profile. */
const FINE: readonly TrialVerdict["verdict"][] = ["Passed", "NotMeasured"];

const verdictNews = (name: string, { verdict, profile, message }: TrialVerdict): News => ({
  type: FINE.includes(verdict) ? "Normal" : "Warning",
  action: "Judge",
  reason: `Trial${verdict}`,
  note: `${name}, profile ${profile}: ${message}`,
});

/** Characters a note may have, by the API. */
const NOTE = 1024;

interface Telling {
  migration: Migration;
  now: Date;
  /** Differs for every event of one moment. */
  nth: number;
}

export const eventOf = ({ type, action, reason, note }: News, telling: Telling): Manifest => {
  const { metadata } = telling.migration;
  const { name, namespace, uid } = metadata;
  const microseconds = telling.now.getTime() * 1000 + telling.nth;
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: `${name}.${microseconds.toString(16)}`, namespace },
    eventTime: microTime(telling.now),
    reportingController: `${GROUP}/operator`,
    reportingInstance: "flashcard-otel",
    type,
    action,
    reason,
    note: note.slice(0, NOTE),
    regarding: { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, name, namespace, uid },
  };
};
