/** `explain`: why a pod, a component, a verdict is as it is, and what a reason means. */
import type { Handler } from "../command.ts";
import { misuse } from "../trouble.ts";

/** What can be explained. Each is loaded alone: a reason needs no cluster. */
const subjects: Record<string, () => Promise<Handler>> = {
  pod: async () => (await import("../explain/pod.ts")).explainPod,
  component: async () => (await import("../explain/component.ts")).explainComponent,
  verdict: async () => (await import("../explain/verdict.ts")).explainVerdict,
  reason: async () => (await import("../explain/reason.ts")).explainReason,
};

/** The first word says of what kind, the second which one. */
export const explain: Handler = async (request, io) => {
  const [kind = "", ...rest] = request.positionals;
  const load = subjects[kind];
  if (!load) throw new Error(`the table let ${kind} pass as a subject`);
  if (rest.length === 0 && kind !== "reason")
    throw misuse({
      what: `the name of the ${kind} is missing`,
      why: `explain ${kind} needs to know which one`,
      todo: `flashcard-otel explain ${kind} NAME`,
    });
  return (await load())({ ...request, positionals: rest }, io);
};
