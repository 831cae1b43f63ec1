import { describe, expect, test } from "@jest/globals";
import { ClusterError, type Manifest, type Refusal } from "../cluster/cluster.ts";
import { readEvidence } from "./trialworld.ts";

const pod: Manifest = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "shop", name: "load" },
};

const writing = (text: string | undefined) => ({ logs: async () => text });

describe("the evidence of a load", () => {
  test("is every whole line of it, without what k6 says", async () => {
    const log = 'running (0m01s)\n{"v":1,"kind":"a"}\n\n{"v":1,"kind":"b"}\n{"v":1,"ki';
    expect(await readEvidence(pod, writing(log))).toBe('{"v":1,"kind":"a"}\n{"v":1,"kind":"b"}\n');
  });

  test("is empty before its first line", async () => {
    expect(await readEvidence(pod, writing(undefined))).toBe("");
  });

  test("is empty while its kubelet is away, but a missing right is an error", async () => {
    const refusing = (refusal: Refusal) => ({
      logs: async () => {
        throw new ClusterError(refusal, "as planned");
      },
    });
    expect(await readEvidence(pod, refusing("Unavailable"))).toBe("");
    await expect(readEvidence(pod, refusing("Forbidden"))).rejects.toThrow("as planned");
  });
});
