import { readFileSync, utimesSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { extract } from "tar-stream";
import { reference, writeArchive, type Image } from "./archive.ts";
import { file, folder, link, text } from "./files.ts";
import { complete, writeLayer, type Entry } from "./layer.ts";

let dir = "";
let source = "";

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "layer-test-"));
  source = join(dir, "program");
  await writeFile(source, "x".repeat(100_000), { mode: 0o751 });
});

afterAll(() => rm(dir, { recursive: true }));

const list = async (): Promise<Entry[]> => [
  await file("/usr/bin/program", source),
  text("/etc/passwd", "root"),
  link("/bin/sh", "busybox"),
  folder("/data", { uid: 7, mode: 0o700 }),
];

interface Seen {
  name: string;
  mode: number;
  uid: number;
  mtime: number;
}

const headersOf = (path: string): Promise<Seen[]> =>
  new Promise((resolve, reject) => {
    const seen: Seen[] = [];
    const reader = extract();
    reader.on("entry", (header, stream, next) => {
      const { name, mode, uid, mtime } = header;
      seen.push({ name, mode, uid, mtime: mtime.getTime() });
      stream.on("end", next);
      stream.resume();
    });
    reader.on("finish", () => resolve(seen));
    reader.on("error", reject);
    reader.end(readFileSync(path));
  });

describe("a layer", () => {
  test("is the same to the byte, whatever the order of the list and the age of the files", async () => {
    const one = await writeLayer(await list(), join(dir, "one.tar"));
    utimesSync(source, new Date(1), new Date(1));
    const two = await writeLayer((await list()).toReversed(), join(dir, "two.tar"));
    expect(two).toBe(one);
    expect(readFileSync(join(dir, "one.tar")).equals(readFileSync(join(dir, "two.tar")))).toBe(
      true,
    );
  });

  test("keeps of a file's mode only whether it may be executed, and no time", async () => {
    await writeLayer(await list(), join(dir, "modes.tar"));
    const program = (await headersOf(join(dir, "modes.tar"))).find(
      ({ name }) => name === "usr/bin/program",
    );
    expect(program).toEqual({ name: "usr/bin/program", mode: 0o755, uid: 0, mtime: 0 });
  });

  test("names every folder before what lies in it", async () => {
    const paths = complete(await list()).map(({ path }) => path);
    expect(paths.indexOf("/usr")).toBeLessThan(paths.indexOf("/usr/bin"));
    expect(paths.indexOf("/usr/bin")).toBeLessThan(paths.indexOf("/usr/bin/program"));
  });

  test("keeps a folder's owner also when a file in it is named", () => {
    const entries = complete([text("/data/file", ""), folder("/data", { uid: 7 })]);
    expect(entries.find(({ path }) => path === "/data")?.uid).toBe(7);
  });
});

const image = (digest: string, command: string): Image => ({
  name: "flashcard-otel/some",
  layers: [{ file: source, digest }],
  config: { Cmd: [command] },
});

describe("an image", () => {
  test("has a tag of twelve digits that says what is in it", () => {
    expect(reference(image("aa", "run"))).toMatch(/^flashcard-otel\/some:[0-9a-f]{12}$/);
    expect(reference(image("aa", "run"))).toBe(reference(image("aa", "run")));
  });

  test("changes its tag with a layer and with how it starts", () => {
    const tags = [image("aa", "run"), image("bb", "run"), image("aa", "walk")].map((one) =>
      reference(one),
    );
    expect(new Set(tags).size).toBe(3);
  });

  test("is written once per layer, the same to the byte", async () => {
    const twice = {
      ...image("aa", "run"),
      layers: [...image("aa", "run").layers, ...image("aa", "run").layers],
    };
    await writeArchive(twice, join(dir, "a.tar"));
    await writeArchive(twice, join(dir, "b.tar"));
    expect(readFileSync(join(dir, "a.tar")).equals(readFileSync(join(dir, "b.tar")))).toBe(true);
    const names = (await headersOf(join(dir, "a.tar"))).map(({ name }) => name);
    expect(names.filter((name) => name.endsWith("layer.tar"))).toHaveLength(1);
    expect(names.at(-1)).toBe("manifest.json");
  });
});
