/** Images into a registry, by crane: it logs in as Docker does, with its credential helpers. */
import { join } from "node:path";
import { ensure, pathOf } from "../artefacts/ensure.ts";
import { run } from "../run.ts";
import type { Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { versionOf } from "../version.ts";
import type { BuiltImage } from "./store.ts";

export const crane = async (settings: Settings): Promise<string> =>
  join(pathOf(await ensure(settings, ["crane"]), "crane"), "bin", "crane");

const registryIn = (text: string): string => {
  const registry = text.replace(/\/+$/, "");
  if (/^[\w.-]+(:\d+)?(\/[\w./-]+)?$/.test(registry)) return registry;
  throw new Trouble(
    `--push ${text} is no registry: give host[:port][/path] without https://, for instance registry.example/team`,
  );
};

/** The reference to pull by: a tag for people, and the digest that counts. */
export const pushed = async (
  settings: Settings,
  { name, archive }: Pick<BuiltImage, "name" | "archive">,
  registry: string,
): Promise<string> => {
  const target = `${registryIn(registry)}/${name}:${await versionOf(settings)}`;
  const program = await crane(settings);
  const args = ["push", archive, target];
  const said = await run(program, args, { env: settings.env, seconds: 1800 }).catch(
    (cause: unknown) => {
      throw new Trouble(
        `pushing ${target} failed; if it asks for a password: docker login ${registry}\n${String(cause)}`,
        { cause },
      );
    },
  );
  const [digest] = /sha256:[0-9a-f]{64}/.exec(said) ?? [];
  if (!digest) throw new Trouble(`pushing ${target}: crane printed no digest, but ${said.trim()}`);
  return `${target}@${digest}`;
};
