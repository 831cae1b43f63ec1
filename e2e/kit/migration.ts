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

/** Lines that describe what a status says now, one per component and one for the whole. */
export const lines = ({ phase, next, components, downtime }: Status): string[] => [
  `${phase.padEnd(13)} ${next?.what ?? ""}: ${next?.reason ?? ""}, ${next?.message ?? ""}`,
  ...components.map(
    ({ name, stage, reason, message }) => `  ${name}: ${stage} (${reason}) ${message}`,
  ),
  ...(downtime ? [`  pulse: ${downtime.sent} sent, ${downtime.failed} failed`] : []),
];

const withoutNumbers = (line: string): string => line.replaceAll(/[-+]?\d+(\.\d+)?/g, "#");

/** A printer that says only what has changed, numbers of the same sentence at most every ten seconds. */
export const teller = (say: (line: string) => void) => {
  const told = new Map<string, { shape: string; at: number }>();
  return (status: Status): void => {
    for (const [index, line] of lines(status).entries()) {
      const key = String(index);
      const before = told.get(key);
      const shape = withoutNumbers(line);
      if (before?.shape === shape && performance.now() - before.at < 10_000) continue;
      told.set(key, { shape, at: performance.now() });
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
