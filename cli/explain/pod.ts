/** `explain pod`: whether it carries the agent, and if not, what the webhook's own code says about it. */
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import { parseAnnotation } from "@flashcard-otel/operator/injection/annotation.ts";
import { inject } from "@flashcard-otel/operator/injection/inject.ts";
import {
  AGENT_ANNOTATION,
  agentName,
  INJECTED_ANNOTATION,
  SKIPPED_ANNOTATION,
} from "@flashcard-otel/operator/injection/names.ts";
import type { Template } from "@flashcard-otel/operator/injection/pod.ts";
import { parseSkipped } from "@flashcard-otel/operator/injection/skipped.ts";
import type { Handler } from "../command.ts";
import type { Connection } from "../reach/connection.ts";
import { reading } from "../reach/reading.ts";
import { instead } from "../similar.ts";
import { emit } from "../text/emit.ts";
import { painter } from "../text/paint.ts";
import { EXIT, missing } from "../trouble.ts";
import { reasonLines } from "./reason.ts";

interface Answer {
  pod: string;
  carries: boolean;
  reason: string;
  message: string;
}

export const explainPod: Handler = async (request, io) => {
  const connection = await io.connect(request.where);
  const [name = ""] = request.positionals;
  const pod = await podOf(connection, name);
  const answer = await answerOn(pod, connection);
  if (await emit(answer, request.format, io)) return EXIT.done;
  const paint = painter(io);
  const { carries, reason, message } = answer;
  const head = carries ? paint("green", "carries the agent") : paint("yellow", "is plain");
  const lines = [
    `${paint("bold", name)} ${head}`,
    `  ${reason}: ${message}`,
    ...(carries ? [] : reasonLines(reason).map((line) => `    ${line}`)),
  ];
  io.print(`${lines.join("\n")}\n`);
  return EXIT.done;
};

const podOf = async ({ cluster, namespace }: Connection, name: string): Promise<Manifest> => {
  const pod = await cluster.read({ apiVersion: "v1", kind: "Pod", namespace, name });
  if (pod) return pod;
  const others = await cluster.list({ apiVersion: "v1", kind: "Pod", namespace });
  throw missing({
    what: `there is no pod ${name} in namespace ${namespace}`,
    why: instead(
      name,
      others.map(({ metadata }) => metadata.name),
    ),
    todo: `kubectl get pods -n ${namespace}`,
  });
};

const answerOn = async (pod: Manifest, connection: Connection): Promise<Answer> => {
  const annotations = pod.metadata.annotations ?? {};
  const { name } = pod.metadata;
  const asked = annotations[AGENT_ANNOTATION];
  const injected = annotations[INJECTED_ANNOTATION];
  if (injected !== undefined) {
    const message = `${injected}; ${await deliveryOf(asked ?? "", connection)}`;
    return { pod: name, carries: true, reason: "Injected", message };
  }
  if (asked === undefined) {
    const message = `its template has no annotation ${AGENT_ANNOTATION}: no migration has come to it`;
    return { pod: name, carries: false, reason: "Plain", message };
  }
  return { pod: name, carries: false, ...whyPlain(pod, annotations[SKIPPED_ANNOTATION]) };
};

/** The agent is in a ConfigMap; without it the pod could not start again. */
const deliveryOf = async (asked: string, { cluster, namespace }: Connection): Promise<string> => {
  const hash = parseAnnotation(asked)?.hash ?? "";
  const look = reading(cluster, { operator: "" });
  const found = await look.cluster.read({
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace,
    name: agentName(hash),
  });
  if (found) return `agent and configuration are in ConfigMap ${agentName(hash)}`;
  return look.notes[0] ?? `ConfigMap ${agentName(hash)} is gone: the pod could not start again`;
};

/** What the webhook wrote down, or else what its code says now. */
const whyPlain = (
  pod: Manifest,
  skipped: string | undefined,
): Pick<Answer, "reason" | "message"> => {
  const said = parseSkipped(skipped);
  if (said) return said;
  const result = inject({ metadata: pod.metadata, spec: pod.spec } as Template, { operator: "" });
  if ("skip" in result) return result.skip;
  return {
    reason: "WebhookSilent",
    message: "nothing speaks against it, so the webhook was not there when the pod was created",
  };
};
