/** What every door to Kubernetes promises. Run against memory in the unit tests and against a real API server in the rig. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Cluster, ClusterError, type Manifest, type Reference } from "./cluster.ts";

export interface Subject {
  cluster: Cluster;
  /** A second door with another field manager: another tool that works on the same objects. */
  other: Pick<Cluster, "apply">;
  stop: () => Promise<void>;
}

const namespace = "default";
const MANAGER = "flashcard-otel";

const configMap = (name: string, data: Record<string, string>, metadata = {}): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace, ...metadata },
  data,
});

const at = ({ apiVersion, kind, metadata }: Manifest): Reference => ({
  apiVersion,
  kind,
  namespace: metadata.namespace ?? "",
  name: metadata.name,
});

const deployment = (name: string): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "app", image: "app:1", env: [{ name: "A", value: "1" }] }] },
    },
  },
});

/** What we own of a user's workload, and nothing more. */
const annotated = (name: string, annotation: string | undefined): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  ...(annotation
    ? {
        spec: {
          minReadySeconds: 7,
          template: { metadata: { annotations: { "flashcard-otel.dev/agent": annotation } } },
        },
      }
    : {}),
});

const pick = (value: string) => ({ labels: { pick: value, set: "list" } });

interface DeploymentSpec {
  minReadySeconds?: number;
  template: { metadata: { annotations?: Record<string, string> }; spec: unknown };
}

const specOf = (object: Manifest | undefined): DeploymentSpec => object?.spec as DeploymentSpec;
const appliers = (object: Manifest | undefined): string[] =>
  (object?.metadata.managedFields ?? [])
    .filter(({ operation }) => operation === "Apply")
    .map(({ manager }) => manager);

const refusal = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return "none";
  } catch (error) {
    return error instanceof ClusterError ? error.refusal : String(error);
  }
};

export const contract = (door: string, start: () => Promise<Subject>): void => {
  describe(`${door} keeps the contract of a door`, () => {
    let subject: Subject;
    let cluster: Cluster;
    beforeAll(async () => {
      subject = await start();
      cluster = subject.cluster;
    }, 120_000);
    afterAll(() => subject.stop());

    test("what does not exist is undefined, and removing it is no error", async () => {
      const nothing = at(configMap("nothing", {}));
      expect(await cluster.read(nothing)).toBeUndefined();
      expect(await cluster.remove(nothing)).toBeUndefined();
    });

    test("a created object is read as it was written, with an identity", async () => {
      await cluster.create(configMap("made", { a: "1" }));
      const read = await cluster.read(at(configMap("made", {})));
      expect(read).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", data: { a: "1" } });
      expect(read?.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(read?.metadata.resourceVersion).toBeTruthy();
    });

    test("creating it again is AlreadyExists", async () => {
      await cluster.create(configMap("twice", {}));
      expect(await refusal(cluster.create(configMap("twice", {})))).toBe("AlreadyExists");
    });

    test("a dry run answers and leaves nothing", async () => {
      const dry = configMap("dry", { a: "1" });
      expect((await cluster.create(dry, { dryRun: true })).data).toEqual({ a: "1" });
      expect((await cluster.apply(dry, { dryRun: true })).data).toEqual({ a: "1" });
      expect(await cluster.read(at(dry))).toBeUndefined();
    });

    test("a list holds whole objects of one kind, chosen by labels", async () => {
      await cluster.create(configMap("list-a", {}, pick("yes")));
      await cluster.create(configMap("list-b", {}, pick("no")));
      const select = async (labels: string) => {
        const all = await cluster.list({ apiVersion: "v1", kind: "ConfigMap", namespace, labels });
        expect(all.every((one) => one.apiVersion === "v1" && one.kind === "ConfigMap")).toBe(true);
        return all.map(({ metadata }) => metadata.name).toSorted();
      };
      expect(await select("set=list")).toEqual(["list-a", "list-b"]);
      expect(await select("set=list,pick=yes")).toEqual(["list-a"]);
      expect(await select("set,pick!=yes")).toEqual(["list-b"]);
      expect(await select("pick,!set")).toEqual([]);
    });

    test("applying the same twice is one write", async () => {
      const wish = configMap("same", { a: "1" });
      const first = await cluster.apply(wish);
      const second = await cluster.apply(wish);
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    });

    test("a field that is no longer applied goes, one of another manager stays", async () => {
      const name = "shared";
      await cluster.apply(configMap(name, { ours: "1", gone: "1" }));
      await subject.other.apply(configMap(name, { theirs: "1" }));
      expect((await cluster.apply(configMap(name, { ours: "2" }))).data).toEqual({
        ours: "2",
        theirs: "1",
      });
    });

    test("a field with one value of two managers stays until both let go", async () => {
      const name = "agreed";
      await subject.other.apply(configMap(name, { a: "1", b: "1" }));
      await cluster.apply(configMap(name, { a: "1", c: "1" }));
      expect((await cluster.apply(configMap(name, { c: "1" }))).data).toEqual({
        a: "1",
        b: "1",
        c: "1",
      });
      expect((await subject.other.apply(configMap(name, { b: "1" }))).data).toEqual({
        b: "1",
        c: "1",
      });
    });

    test("a field of another manager is a Conflict, unless forced", async () => {
      const name = "contested";
      await subject.other.apply(configMap(name, { a: "theirs" }));
      const wish = configMap(name, { a: "ours" });
      expect(await refusal(cluster.apply(wish))).toBe("Conflict");
      expect((await cluster.apply(wish, { force: true })).data).toEqual({ a: "ours" });
      expect(await refusal(subject.other.apply(configMap(name, { a: "theirs" })))).toBe("Conflict");
    });

    test("letting go of a workload leaves no difference and no owner", async () => {
      const before = await subject.other.apply(deployment("patient"));
      const with_ = await cluster.apply(annotated("patient", "lean@0123456789"));
      expect(specOf(with_)).toMatchObject({
        minReadySeconds: 7,
        template: { metadata: { annotations: { "flashcard-otel.dev/agent": "lean@0123456789" } } },
      });
      expect(specOf(with_).template.spec).toEqual(specOf(before).template.spec);
      expect(appliers(with_)).toContain(MANAGER);
      const after = await cluster.apply(annotated("patient", undefined));
      expect(after.spec).toEqual(before.spec);
      expect(appliers(after)).not.toContain(MANAGER);
    });

    test("a generation counts changes of spec only", async () => {
      const { metadata } = await subject.other.apply(deployment("counted"));
      const labelled = await cluster.merge(at(deployment("counted")), {
        metadata: { labels: { a: "1" } },
      });
      expect(labelled.metadata.generation).toBe(metadata.generation);
      const changed = await cluster.apply(annotated("counted", "lean@0123456789"));
      expect(changed.metadata.generation).toBe((metadata.generation ?? 0) + 1);
    });

    test("status is written only where it was read, and spec not with it", async () => {
      const stored = await subject.other.apply(deployment("status"));
      const status = { observedGeneration: 1, replicas: 3 };
      const written = await cluster.replaceStatus({
        ...stored,
        spec: { ...specOf(stored), replicas: 9 },
        status,
      });
      expect(written.status).toMatchObject({ replicas: 3 });
      expect(written.spec).toEqual(stored.spec);
      expect(await refusal(cluster.replaceStatus({ ...stored, status }))).toBe("Conflict");
      const missing = { ...stored, metadata: { ...stored.metadata, name: "absent" } };
      expect(await refusal(cluster.replaceStatus(missing))).toBe("NotFound");
    });

    test("status cannot be smuggled in with a create or an apply", async () => {
      const { status: created } = await cluster.create({
        ...deployment("smuggled"),
        status: { replicas: 9 },
      });
      const { status: applied } = await cluster.apply({
        ...annotated("smuggled", "lean@0"),
        status: { replicas: 9 },
      });
      expect((created as { replicas?: number } | undefined)?.replicas).toBeUndefined();
      expect((applied as { replicas?: number } | undefined)?.replicas).toBeUndefined();
    });

    test("a merge patch sets and removes, and with a version only where it was read", async () => {
      const made = await cluster.create(configMap("merged", { a: "1", b: "1" }));
      const reference = at(made);
      expect((await cluster.merge(reference, { data: { a: "2", b: null } })).data).toEqual({
        a: "2",
      });
      const stale = {
        metadata: { resourceVersion: made.metadata.resourceVersion, labels: { x: "1" } },
      };
      expect(await refusal(cluster.merge(reference, stale))).toBe("Conflict");
      expect(await refusal(cluster.merge({ ...reference, name: "absent" }, { data: {} }))).toBe(
        "NotFound",
      );
    });

    test("an immutable record cannot be changed", async () => {
      await cluster.create({ ...configMap("sealed", { a: "1" }), immutable: true });
      const change = { ...configMap("sealed", { a: "2" }), immutable: true };
      expect(await refusal(cluster.apply(change, { force: true }))).toBe("Invalid");
    });

    test("removing asks for the identity that was meant", async () => {
      const made = await cluster.create(configMap("removed", {}));
      await cluster.remove(at(made), "00000000-0000-0000-0000-000000000000");
      expect(await cluster.read(at(made))).toBeDefined();
      await cluster.remove(at(made), made.metadata.uid);
      expect(await cluster.read(at(made))).toBeUndefined();
    });

    test("a finalizer keeps an object until it is taken away", async () => {
      const held = { finalizers: ["flashcard-otel.dev/restore"] };
      const made = await cluster.create(configMap("held", {}, held));
      await cluster.remove(at(made));
      expect((await cluster.read(at(made)))?.metadata.deletionTimestamp).toBeTruthy();
      await cluster.merge(at(made), { metadata: { finalizers: [] } });
      expect(await cluster.read(at(made))).toBeUndefined();
    });

    test("the log of a pod that is not there is undefined", async () => {
      expect(await cluster.logs({ namespace, name: "absent", container: "app" })).toBeUndefined();
    });
  });
};
