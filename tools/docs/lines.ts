/** The commands that a page tells its reader to type below one heading. Pure. */
import { readPage } from "./markdown.ts";

/** Lines of a page, counted from 1: from a heading of the second level up to the next one. Empty where there is none. */
export const spanOf = (page: string, heading: string): { from: number; to: number } => {
  const lines = page.split("\n");
  const start = lines.indexOf(`## ${heading}`);
  if (start < 0) return { from: 0, to: 0 };
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith("## "));
  return { from: start + 1, to: length < 0 ? lines.length + 1 : start + 2 + length };
};

const section = (page: string, heading: string): string => {
  const { from, to } = spanOf(page, heading);
  return page
    .split("\n")
    .slice(Math.max(0, from - 1), Math.max(0, to - 1))
    .join("\n");
};

/** One string per command; lines that end with a backslash go on. */
export const commandsOf = (page: string, heading: string): string[] => {
  const { blocks } = readPage("", section(page, heading));
  const text = blocks.filter(({ language }) => language === "sh").map((block) => block.text);
  return text
    .join("")
    .replaceAll("\\\n", "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
};
