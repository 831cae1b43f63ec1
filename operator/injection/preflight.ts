/** What would cause an outage or a refused pod, found before anything is touched. Pure; every refusal says what to do. */
import type { ComponentSpec, Kind } from "../migration/schema.ts";
import { annotationValue } from "./annotation.ts";
import { unguarded } from "./guarded.ts";
import { healthQuestions } from "./health.ts";
import { inject } from "./inject.ts";
import { AGENT_ANNOTATION } from "./names.ts";
import { type DeploymentSpec, targetIn, type Template } from "./pod.ts";
import { amountOf } from "./quantity.ts";
import { type Look, type Question, type Refusal, refuse, type Subject } from "./question.ts";
import { ordinalQuestions } from "./ordinal.ts";
import { rollingQuestions } from "./rolling.ts";
import { runQuestions } from "./runs.ts";
import { firstShare, replicasOf } from "./share.ts";

const LEAST_MEMORY = 64 * 1024 * 1024;

export const preflight = (look: Look): { refusals: Refusal[]; notes: string[] } => {
  const subject = subjectOf(look);
  if ("reason" in subject) return { refusals: [subject], notes: [] };
  const questions = questionsFor[look.spec.target.kind];
  return { refusals: questions.flatMap((ask) => ask(subject) ?? []), notes: notesOn(subject) };
};

const subjectOf = (look: Look): Subject | Refusal => {
  const { deployment, spec } = look;
  const { kind, name, container: named } = spec.target;
  if (!deployment)
    return {
      reason: "WorkloadMissing",
      message: `${kind} ${name} does not exist in this namespace; create it or correct target.name`,
    };
  const workload = deployment.spec as DeploymentSpec;
  const { containers } = workload.template.spec;
  const known = containers.map((container) => container.name).join(", ");
  if (!named && containers.length > 1)
    return {
      reason: "ContainerAmbiguous",
      message: `${name} has several containers: name the one that runs Node in target.container (${known})`,
    };
  const target = targetIn(workload.template.spec, named);
  if (!target)
    return {
      reason: "ContainerMissing",
      message: `${name} has no container ${named ?? ""}; target.container must be one of ${known}`,
    };
  return { ...look, deployment, workload, container: target.container };
};

const memory: Question = ({ container }) => {
  const limit = amountOf(container.resources?.limits?.["memory"]);
  return limit !== undefined && limit < LEAST_MEMORY
    ? refuse(
        "MemoryLimitTooLow",
        `container ${container.name} may use ${container.resources?.limits?.["memory"] ?? ""} of memory; with the agent it needs at least 64Mi`,
      )
    : undefined;
};

const disabled: Question = ({ container }) =>
  container.env?.some(({ name, value }) => name === "OTEL_SDK_DISABLED" && value === "true")
    ? refuse(
        "DisabledByUser",
        "OTEL_SDK_DISABLED=true is set; remove it, or remove the component from the list",
      )
    : undefined;

/** The very code that the webhook runs, so that both always agree. */
const uninjectable: Question = ({ workload, spec, images }) => {
  const result = inject(templateAsking(workload.template, spec), images);
  return "skip" in result ? refuse(result.skip.reason, result.skip.message) : undefined;
};

const templateAsking = (template: Template, { target: { container } }: ComponentSpec): Template => {
  const value = annotationValue({ profile: "Full", hash: "0".repeat(10), container, repair: 0 });
  return {
    ...template,
    metadata: { annotations: { ...template.metadata?.annotations, [AGENT_ANNOTATION]: value } },
  };
};

const podQuestions: Question[] = [uninjectable, disabled, memory];

/** In the order in which a person would want to hear of them. */
const questionsFor: Record<Kind, Question[]> = {
  Deployment: [...rollingQuestions, ...podQuestions, ...healthQuestions, unguarded],
  StatefulSet: [...ordinalQuestions, ...podQuestions, ...healthQuestions, unguarded],
  CronJob: [...runQuestions, ...podQuestions],
};

const firstStep: Record<Kind, (subject: Subject) => string> = {
  Deployment: ({ workload }) =>
    `the first step of the rollout changes ${firstShare(workload)} % of the pods`,
  StatefulSet: ({ workload }) =>
    `the first step of the rollout changes one of ${replicasOf(workload)} pods`,
  CronJob: () => "the next run gets the agent",
};

const notesOn = (subject: Subject): string[] => {
  const telemetry = (subject.container.env ?? [])
    .map(({ name }) => name)
    .filter((name) => name.startsWith("OTEL_"));
  const share = firstStep[subject.spec.target.kind](subject);
  return telemetry.length > 0
    ? [
        share,
        `${telemetry.join(", ")} ${telemetry.length > 1 ? "are" : "is"} set and wins over this resource (docs/telemetry.md)`,
      ]
    : [share];
};
