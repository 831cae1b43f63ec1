/** A document as Markdown, and as one HTML page that needs nothing else. Pure. */
import type { Document, Section } from "./document.ts";

const cell = (text: string): string => text.replaceAll("|", String.raw`\|`).replaceAll("\n", " ");

const row = (cells: string[]): string => `| ${cells.map(cell).join(" | ")} |`;

const section = ({ title, lines, head, rows }: Section): string[] => [
  `## ${title}`,
  "",
  ...lines.flatMap((line) => [line, ""]),
  ...(rows.length > 0 ? [row(head), row(head.map(() => "---")), ...rows.map(row), ""] : []),
];

export const markdown = ({ title, lines, sections }: Document): string =>
  [`# ${title}`, "", ...lines.flatMap((line) => [line, ""]), ...sections.flatMap(section)].join(
    "\n",
  );

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (one) => ENTITIES[one] ?? one);

const paragraphs = (lines: string[]): string[] => lines.map((line) => `<p>${escaped(line)}</p>`);

const cells = (tag: "th" | "td", texts: string[]): string =>
  `<tr>${texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join("")}</tr>`;

const part = ({ title, lines, head, rows }: Section): string[] => [
  `<h2>${escaped(title)}</h2>`,
  ...paragraphs(lines),
  ...(rows.length > 0
    ? [
        "<table>",
        `<thead>${cells("th", head)}</thead>`,
        `<tbody>${rows.map((texts) => cells("td", texts)).join("\n")}</tbody>`,
        "</table>",
      ]
    : []),
];

const STYLE = `:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8884 }`;

export const html = ({ title, lines, sections }: Document): string =>
  [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    `<h1>${escaped(title)}</h1>`,
    ...paragraphs(lines),
    ...sections.flatMap(part),
    "</body>",
    "</html>",
    "",
  ].join("\n");
