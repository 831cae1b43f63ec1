/** Following a FlashcardTelemetry as a person would with `kubectl get -w`. */
import { type Phase, type Status, statusSchema } from "../../operator/migration/schema.ts";
import { get, kubectl, type Tools } from "./kubectl.ts";
import { until } from "./wait.ts";

export const MIGRATION = "pipeline";
export const NAMESPACE = "flashcards";

/** Which resource. */
export interface Place {
  namespace: string;
  name: string;
}

export const PIPELINE: Place = { namespace: NAMESPACE, name: MIGRATION };

export const readStatus = async (
  tools: Tools,
  { namespace, name }: Place = PIPELINE,
): Promise<Status | undefined> => {
  const object = await get<{ status?: unknown }>(tools, [
    "-n",
    namespace,
    "flashcardtelemetries",
    name,
  ]);
  const parsed = statusSchema.safeParse(object?.status ?? {});
  return object && parsed.success ? parsed.data : undefined;
};

export const setTarget = (
  tools: Tools,
  target: Phase,
  { namespace, name }: Place = PIPELINE,
): Promise<string> =>
  kubectl(tools, [
    "-n",
    namespace,
    "patch",
    "flashcardtelemetries",
    name,
    "--type",
    "merge",
    "-p",
    JSON.stringify({ spec: { target } }),
  ]);

/** Lines that describe what a status says now: one for the whole, one per component. */
const lines = (status: Status): string[] => [
  wholeLine(status),
  ...status.components.map(
    ({ name, stage, reason, message }) => `  ${name}: ${stage} (${reason}) ${message}`,
  ),
  ...pulseLines(status),
];

const pulseLines = ({ downtime }: Status): string[] =>
  downtime ? [`  pulse: ${downtime.sent} requests sent, ${downtime.failed} failed`] : [];

/** What a component says for itself, a line further down, is not said twice. */
const wholeLine = ({ phase, next, components }: Status): string => {
  if (!next) return `${phase.padEnd(13)} not looked at yet`;
  const speaker = components.find(({ name, message }) => next.message === `${name}: ${message}`);
  const what = `${phase.padEnd(13)} ${next.what}: ${next.reason}`;
  return speaker ? `${what} (${speaker.name})` : `${what}, ${next.message}`;
};

const withoutNumbers = (line: string): string => line.replaceAll(/[-+]?\d+(\.\d+)?/g, "#");
const NUMBERS_EVERY_MS = 10_000;

/** A printer that says only what has changed, and numbers of the same sentence not all the time. */
export const teller = (say: (line: string) => void, now = () => performance.now()) => {
  const told = new Map<number, { line: string; at: number }>();
  return (status: Status): void => {
    for (const [index, line] of lines(status).entries()) {
      const before = told.get(index);
      if (before?.line === line) continue;
      const isSame = before && withoutNumbers(before.line) === withoutNumbers(line);
      if (isSame && now() - before.at < NUMBERS_EVERY_MS) continue;
      told.set(index, { line, at: now() });
      say(line);
    }
  };
};

export type End = "Reached" | "Held";

export interface Journey {
  target: Phase;
  seconds: number;
  tell: (status: Status) => void;
  at?: Place;
}

/** Waits until the target is reached, or until a component needs a person. */
export const follow = (tools: Tools, { target, seconds, tell, at }: Journey): Promise<End> =>
  until<End>({ what: `the migration reaching ${target}`, seconds, everyMs: 1000 }, async () => {
    const status = await readStatus(tools, at);
    if (!status) return undefined;
    tell(status);
    const condition = (type: string) => status.conditions.find((known) => known.type === type);
    if (condition("Stalled")?.status === "True") return "Held";
    return status.phase === target && condition("Ready")?.status === "True" ? "Reached" : undefined;
  });
