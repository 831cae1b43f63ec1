/** What is in the archive, and above all what is not. */
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { extract } from "tar-stream";
import { call } from "../testing/golden.ts";
import { installed } from "../testing/installed.ts";
import { MIDDLE, migration } from "../testing/scene.ts";
import { shop, type Shop } from "../testing/shop.ts";
import { deployment, template } from "../testing/workloads.ts";

const foreign = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "theirs", namespace: "shop" },
  data: { "app.conf": "key of the safe" },
};

const secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "db", namespace: "shop" },
  data: { password: "aHVudGVyMg==" },
};

/** A value that nothing gives away as a secret. */
const licensed = deployment("licensed", {
  annotations: { "vault.example/token": "red horse" },
  template: template("licensed", {
    env: [{ name: "LICENCE", value: "blue horse" }],
    args: ["--api-key", "green horse"],
  }),
});

const unpack = async (archive: Buffer): Promise<Record<string, string>> => {
  const files: Record<string, string> = {};
  const tar = extract();
  Readable.from([gunzipSync(archive)]).pipe(tar);
  for await (const entry of tar) files[entry.header.name] = (await buffer(entry)).toString();
  return files;
};

const archiveOf = async (place: Shop): Promise<Record<string, string>> => {
  const { code, io } = await call({ argv: ["diagnose"], setting: { connection: () => place } });
  expect(code).toBe(0);
  const [file] = [...io.saved.values()];
  return unpack(file as Buffer);
};

const stocked = (): Shop => {
  const place = shop({
    objects: [...installed(), migration({ status: MIDDLE }), foreign, secret, licensed],
  });
  const write = (namespace: string, name: string, container: string, text: string) =>
    place.memory.setLog({ namespace, name, container }, text);
  write("flashcard-otel", "rel-controller-0", "controller", "asking http://a:hunter2@prometheus\n");
  write("shop", "api-5d9c7b6f4-x2x9z", "app", "a customer's name\n");
  return place;
};

test("holds objects of the namespace and the operator, and the operator's log", async () => {
  const files = Object.keys(await archiveOf(stocked())).map((name) => name.replace(/^[^/]*\//, ""));
  expect(files.toSorted()).toEqual([
    "about.yaml",
    "logs/flashcard-otel/rel-controller-0/controller.log",
    "objects/ConfigMap.yaml",
    "objects/Deployment.yaml",
    "objects/FlashcardTelemetry.yaml",
    "objects/Pod.yaml",
    "objects/ReplicaSet.yaml",
    "operator/rel-controller.yaml",
    "operator/rel-webhook.yaml",
  ]);
});

test("holds no secret: no value of a variable, no foreign file, no log of the user's services", async () => {
  const place = stocked();
  const text = Object.values(await archiveOf(place)).join("\n");
  for (const secretWord of [
    "hunter2",
    "blue horse",
    "green horse",
    "red horse",
    "aHVudGVyMg",
    "key of the safe",
    "a customer's name",
  ])
    expect(text).not.toContain(secretWord);
  expect(text).toContain("--max-old-space-size=256");
  expect(place.memory.calls.filter(({ kind }) => kind === "Secret")).toEqual([]);
});
