/** AdmissionReview in, AdmissionReview out: always allowed, never throws. A bug here may leave a pod plain, never stop it. */
import { inject, type Images, type Injection } from "./inject.ts";
import { SKIPPED_ANNOTATION } from "./names.ts";
import { skippedValue } from "./skipped.ts";
import type { Skip } from "./obstacles.ts";
import { type Operation, pointer } from "./patch.ts";
import type { Template } from "./pod.ts";

export interface Review {
  /** Body of the response. */
  body: string;
  /** `injected`, the reason of a skip, or `Error`; counted by the caller. */
  outcome: string;
}

interface Answer {
  patch: Operation[];
  outcome: string;
  warnings: string[];
}

interface Request {
  uid: string;
  object: unknown;
}

export const review = (body: string, images: Images): Review => {
  const request = requestIn(body);
  if (!request) return { body: respond("", plain("Error")), outcome: "Error" };
  const answer = answerTo(request.object, images);
  return { body: respond(request.uid, answer), outcome: answer.outcome };
};

const plain = (outcome: string, ...warnings: string[]): Answer => ({
  patch: [],
  outcome,
  warnings,
});

const requestIn = (body: string): Request | undefined => {
  try {
    const { request } = JSON.parse(body) as { request?: { uid?: unknown; object?: unknown } };
    return typeof request?.uid === "string"
      ? { uid: request.uid, object: request.object }
      : undefined;
  } catch {
    return undefined;
  }
};

const isPod = (object: unknown): object is Template =>
  Array.isArray((object as Partial<Template> | undefined)?.spec?.containers);

/** Failing open is the whole point of catching here. */
const answerTo = (object: unknown, images: Images): Answer => {
  try {
    if (!isPod(object)) return plain("Error", "flashcard-otel: this is no pod; left as it is");
    return answerOf(object, inject(object, images));
  } catch (error) {
    return plain("Error", `flashcard-otel: pod left as it is: ${String(error).slice(0, 200)}`);
  }
};

const SILENT: readonly Skip["reason"][] = ["NotAsked", "AlreadyInjected"];

const answerOf = (pod: Template, injection: Injection): Answer => {
  if ("patch" in injection) return { ...injection, outcome: "injected", warnings: [] };
  const { reason } = injection.skip;
  if (SILENT.includes(reason)) return plain(reason);
  // The webhook has no rights, so the pod itself carries the reason to the operator and to `kubectl describe`.
  const value = skippedValue(injection.skip);
  const path = pointer("metadata", "annotations", SKIPPED_ANNOTATION);
  const known = pod.metadata?.annotations?.[SKIPPED_ANNOTATION] === value;
  return {
    patch: known ? [] : [{ op: "add", path, value }],
    outcome: reason,
    warnings: [`flashcard-otel: not instrumented: ${value}`],
  };
};

const respond = (uid: string, { patch, warnings }: Answer): string => {
  const encoded = Buffer.from(JSON.stringify(patch)).toString("base64");
  const response = {
    uid,
    allowed: true,
    ...(patch.length > 0 ? { patchType: "JSONPatch", patch: encoded } : {}),
    ...(warnings.length > 0 ? { warnings: warnings.map((text) => text.slice(0, 250)) } : {}),
  };
  return JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response });
};
