/** An image goes into a real registry, and comes back by the reference that was printed. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { settingsFrom } from "../settings.ts";
import { text } from "./files.ts";
import { crane, pushed } from "./push.ts";
import { type BuiltImage, builtImage } from "./store.ts";

const call = promisify(execFile);
const settings = settingsFrom(process.env, () => undefined);

let folder: string;
let program: string;
let server: ChildProcess;
let registry: string;
let image: BuiltImage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "registry-"));
  program = await crane(settings);
  server = spawn(program, ["registry", "serve", "--address", "127.0.0.1:0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [line] = (await once(server.stderr ?? server, "data")) as [Buffer];
  registry = `127.0.0.1:${/port (\d+)/.exec(line.toString())?.[1] ?? ""}`;
  const list = {
    name: "test/hello",
    layers: [[text("/hello", "hello\n")]],
    config: { Cmd: ["/hello"] },
  };
  image = await builtImage({ ...settings, cache: folder }, list);
}, 120_000);

afterAll(async () => {
  server.kill();
  await rm(folder, { recursive: true, force: true });
});

test("what was printed names the very image", async () => {
  const reference = await pushed(settings, image, `${registry}/team/`);
  expect(reference).toMatch(
    new RegExp(`^${registry}/team/test/hello:\\d+\\.\\d+\\.\\d+@sha256:[0-9a-f]{64}$`),
  );
  const { stdout } = await call(program, ["config", reference]);
  expect(JSON.parse(stdout)).toMatchObject({ config: { Cmd: ["/hello"] } });
  const { stdout: files } = await call("sh", ["-c", `${program} export ${reference} - | tar -t`]);
  expect(files).toContain("hello");
});

test("what is no registry, or does not answer, is said with what to do", async () => {
  await expect(pushed(settings, image, "https://registry.example")).rejects.toThrow(
    "without https://",
  );
  await expect(pushed(settings, image, "127.0.0.1:1")).rejects.toThrow("docker login 127.0.0.1:1");
});
