/** The commands that a page tells its reader to type below one heading. Pure. */
import { readPage } from "./markdown.ts";

/** The part of a page from a heading of the second level to the next one. */
const section = (page: string, heading: string): string => {
  const lines = page.split("\n");
  const start = lines.indexOf(`## ${heading}`);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith("## "));
  return start < 0
    ? ""
    : lines.slice(start, length < 0 ? undefined : start + 1 + length).join("\n");
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
