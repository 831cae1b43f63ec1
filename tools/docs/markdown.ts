/** What of a Markdown page can be checked: links, anchors, fenced blocks and code in running text. Pure. */

/** Something on a line of a page. */
export interface Found {
  line: number;
  text: string;
}

export interface Block extends Found {
  language: string;
}

export interface Page {
  file: string;
  anchors: Set<string>;
  links: Found[];
  /** Code in running text. */
  code: Found[];
  blocks: Block[];
}

const FENCE = /^\s*(`{3,}|~{3,})\s*(\w*)/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;
const CODE = /`([^`]+)`/g;
const LINKS = [
  /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g,
  /\b(?:href|src|srcset)="([^"\s]+)/g,
  /^\[[^\]]+\]:\s+(\S+)/g,
];

/** As the page is shown where the project is kept: letters, digits, dashes; a second one of the same name gets a number. */
const anchorOf = (heading: string, taken: Set<string>): string => {
  const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  const anchor = plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-");
  let free = anchor;
  for (let nth = 1; taken.has(free); nth += 1) free = `${anchor}-${nth}`;
  return free;
};

const all = (patterns: RegExp[], text: string): string[] =>
  patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, found = ""]) => found));

const readText = (page: Page, text: string, line: number): void => {
  const [, heading] = HEADING.exec(text) ?? [];
  if (heading !== undefined) page.anchors.add(anchorOf(heading, page.anchors));
  page.code.push(...all([CODE], text).map((code) => ({ line, text: code.replaceAll("\\|", "|") })));
  const prose = text.replaceAll(CODE, "code");
  page.links.push(...all(LINKS, prose).map((link) => ({ line, text: link })));
};

export const readPage = (file: string, content: string): Page => {
  const page: Page = { file, anchors: new Set(), links: [], code: [], blocks: [] };
  let open: (Block & { fence: string }) | undefined;
  for (const [index, text] of content.split("\n").entries()) {
    const [, fence = "", language = ""] = FENCE.exec(text) ?? [];
    if (open && fence.startsWith(open.fence)) {
      page.blocks.push({ line: open.line, language: open.language, text: open.text });
      open = undefined;
    } else if (open) open.text += `${text}\n`;
    else if (fence) open = { line: index + 1, language, text: "", fence };
    else readText(page, text, index + 1);
  }
  return page;
};
