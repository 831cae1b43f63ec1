/** What is read of the repository: its pages and its scripts. */
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../run.ts";
import { type Page, readPage } from "./markdown.ts";
import { type Call, wordsOf } from "./shell.ts";

export const text = (file: string): string => readFileSync(join(root, file), "utf8");

const IGNORED = ["node_modules", "dist", "coverage", ".state", ".git"];

export const readPages = async (): Promise<Map<string, Page>> => {
  const exclude = (name: string) => IGNORED.some((folder) => name.split("/").includes(folder));
  const pages = new Map<string, Page>();
  for await (const file of glob("**/*.md", { cwd: root, exclude }))
    pages.set(file, readPage(file, text(file)));
  return pages;
};

interface Package {
  workspaces?: string[];
  scripts?: Record<string, string>;
}

/** Command lines by workspace and name. */
export type Scripts = Map<string, Map<string, string>>;

export const readScripts = (): Scripts => {
  const scriptsOf = ({ scripts = {} }: Package) => new Map(Object.entries(scripts));
  const top = JSON.parse(text("package.json")) as Package;
  const others = (top.workspaces ?? []).map((name): [string, Map<string, string>] => [
    name,
    scriptsOf(JSON.parse(text(`${name}/package.json`)) as Package),
  ]);
  return new Map([["", scriptsOf(top)], ...others]);
};

/** A script is a command as well: the file that it starts must be there. */
export const callsOfScripts = (scripts: Scripts): Call[] =>
  [...scripts].flatMap(([at, lines]) =>
    [...lines.values()].flatMap((line) =>
      wordsOf(line).map((words) => ({
        file: join(at, "package.json"),
        line: 1,
        words,
        isWhole: true,
      })),
    ),
  );
