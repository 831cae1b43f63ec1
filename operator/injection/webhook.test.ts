import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { AGENT_ANNOTATION, SKIPPED_ANNOTATION } from "./names.ts";
import type { Operation } from "./patch.ts";
import { review } from "./webhook.ts";

const IMAGES = { operator: "flashcard-otel/operator:1" };

interface Response {
  apiVersion: string;
  kind: string;
  response: {
    uid: string;
    allowed: boolean;
    patchType?: string;
    patch?: string;
    warnings?: string[];
  };
}

const ask = (object: unknown): Response & { outcome: string; operations: Operation[] } => {
  const { body, outcome } = review(JSON.stringify({ request: { uid: "u-1", object } }), IMAGES);
  const answer = JSON.parse(body) as Response;
  const patch = Buffer.from(answer.response.patch ?? "", "base64").toString();
  return { ...answer, outcome, operations: patch ? (JSON.parse(patch) as Operation[]) : [] };
};

const pod = (container: object = {}) => ({
  metadata: { annotations: { [AGENT_ANNOTATION]: "lean@0123456789" } },
  spec: { containers: [{ name: "app", ...container }] },
});

describe("the webhook", () => {
  test("answers the request's uid with a JSON patch in base64", () => {
    const { apiVersion, kind, response, outcome, operations } = ask(pod());
    expect({ apiVersion, kind }).toEqual({
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
    });
    expect(response).toMatchObject({ uid: "u-1", allowed: true, patchType: "JSONPatch" });
    expect(outcome).toBe("injected");
    expect(operations.map(({ op }) => op).toSorted()[0]).toBe("add");
  });

  test("says on the pod why it was left plain, because it may tell nobody else", () => {
    const envFrom = [{ configMapRef: { name: "settings" } }];
    const { outcome, operations, response } = ask(pod({ envFrom }));
    expect(outcome).toBe("NodeOptionsUnknown");
    expect(operations).toHaveLength(1);
    expect(operations[0]?.path).toBe(
      `/metadata/annotations/${SKIPPED_ANNOTATION.replace("/", "~1")}`,
    );
    expect(operations[0]?.value).toMatch(/^NodeOptionsUnknown: settings may hold/);
    expect(response.warnings?.[0]).toMatch(/not instrumented/);
  });

  test("says it once", () => {
    const object = pod({ envFrom: [{ configMapRef: { name: "settings" } }] });
    const value = ask(object).operations[0]?.value as string;
    const again = {
      ...object,
      metadata: { annotations: { ...object.metadata.annotations, [SKIPPED_ANNOTATION]: value } },
    };
    expect(ask(again).operations).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["no object", undefined],
    ["no pod", { kind: "Deployment" }],
    ["a pod without containers", { spec: {} }],
    ["variables of a wrong type", pod({ env: 7 })],
    ["annotations of a wrong type", { metadata: { annotations: 7 }, spec: { containers: [] } }],
  ])("allows %s and changes nothing", (_case, object) => {
    const { response, operations } = ask(object);
    expect(response.allowed).toBe(true);
    expect(operations).toEqual([]);
  });

  test("allows whatever it is sent, and never throws", () => {
    const json = fc.oneof(fc.json(), fc.string());
    const reviews = fc
      .jsonValue()
      .map((object) => JSON.stringify({ request: { uid: "u", object } }));
    fc.assert(
      fc.property(fc.oneof(json, reviews), (body) => {
        const answer = JSON.parse(review(body, IMAGES).body) as Response;
        expect(answer.response.allowed).toBe(true);
      }),
    );
  });

  test("survives very deep objects", () => {
    const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    const { body } = review(`{"request":{"uid":"u","object":${deep}}}`, IMAGES);
    expect((JSON.parse(body) as Response).response.allowed).toBe(true);
  });
});
