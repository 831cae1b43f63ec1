/** Do links lead somewhere? Files and anchors inside the repository; other hosts are not asked. */
import { existsSync } from "node:fs";
import { posix } from "node:path";
import type { Page } from "./markdown.ts";

/** What is wrong, where; the first line a person reads. */
export interface Problem {
  file: string;
  line: number;
  text: string;
  why: string;
}

export interface Checked {
  count: number;
  problems: Problem[];
}

const ELSEWHERE = /^(?:[a-z][a-z+.-]*:|\/\/)/i;

/** `tools/docs.ts`, as code in text: a path from the root that names a file. */
const PATH = /^(?:\w[\w.-]*\/)+[\w.-]+\.(?:ts|md|yaml|json|cjs)$/;

const pathOf = (page: string, link: string): string =>
  posix.normalize(posix.join(posix.dirname(page), link));

export interface Tree {
  root: string;
  pages: ReadonlyMap<string, Page>;
}

/** Undefined when it leads somewhere. */
const whyDead = (link: string, page: Page, { root, pages }: Tree): string | undefined => {
  const [path = "", anchor] = link.split("#", 2);
  const file = path === "" ? page.file : pathOf(page.file, decodeURI(path));
  if (!pages.has(file) && !existsSync(posix.join(root, file))) return `there is no ${file}`;
  if (anchor === undefined || !file.endsWith(".md")) return undefined;
  return pages.get(file)?.anchors.has(anchor) ? undefined : `${file} has no heading #${anchor}`;
};

export const checkLinks = (tree: Tree): Checked => {
  const found = [...tree.pages.values()].flatMap((page) => [
    ...page.links
      .filter(({ text }) => !ELSEWHERE.test(text))
      .map(({ line, text }) => ({ file: page.file, line, text, why: whyDead(text, page, tree) })),
    ...page.code
      .filter(({ text }) => PATH.test(text) && isOfOurs(text, tree))
      .map(({ line, text }) => ({ file: page.file, line, text, why: whyMissing(text, tree) })),
  ]);
  const problems = found.flatMap(({ why, ...place }) => (why ? [{ ...place, why }] : []));
  return { count: found.length, problems };
};

/** A path of somebody else's begins with a folder that is not here. */
const isOfOurs = (path: string, { root }: Tree): boolean =>
  existsSync(posix.join(root, path.split("/", 1)[0] ?? ""));

const whyMissing = (path: string, { root }: Tree): string | undefined =>
  path.includes("/dist/") || existsSync(posix.join(root, path)) ? undefined : `there is no ${path}`;
