/** What a statement does to which table: enough for a span's name, cheap because every text is read once. */

export interface Statement {
  /** `SELECT` */
  operation: string;
  /** `items`; empty when there is none or it cannot be told. */
  collection: string;
  /** `SELECT items` */
  summary: string;
}

const READ_LIMIT = 4096;
const NAME_LIMIT = 128;
/** Strings, comments, quoted or plain (dotted) names, brackets; everything else is of no interest. */
const TOKEN =
  /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|(?:"[^"]*"|[A-Za-z_][\w$]*)(?:\.(?:"[^"]*"|[A-Za-z_][\w$]*))*|[()]/g;
const VERBS = new Set(["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"]);
/** The words after which the table stands. */
const BEFORE_TABLE: Record<string, string> = {
  SELECT: "FROM",
  DELETE: "FROM",
  INSERT: "INTO",
  MERGE: "INTO",
  UPDATE: "UPDATE",
  CREATE: "TABLE",
  ALTER: "TABLE",
  DROP: "TABLE",
  TRUNCATE: "TRUNCATE",
  COPY: "COPY",
};
const SKIPPED = new Set(["ONLY", "IF", "NOT", "EXISTS", "TABLE", "LATERAL"]);

interface Word {
  text: string;
  depth: number;
}

function words(sql: string): Word[] {
  const found: Word[] = [];
  let depth = 0;
  for (const [text] of sql.slice(0, READ_LIMIT).matchAll(TOKEN)) {
    if (text === "(") depth++;
    else if (text === ")") depth--;
    else if (/^["A-Za-z_]/.test(text)) found.push({ text, depth });
  }
  return found;
}

export function readStatement(sql: string): Statement {
  const all = words(sql);
  const first = all[0]?.text.toUpperCase() ?? "QUERY";
  const start = first === "WITH" ? mainVerb(all) : 0;
  const operation = (all[start]?.text.toUpperCase() ?? first).slice(0, NAME_LIMIT);
  const collection = table(all.slice(start), operation);
  return {
    operation,
    collection,
    summary: collection === "" ? operation : `${operation} ${collection}`,
  };
}

/** `WITH next AS (SELECT ...) UPDATE items ...` does an UPDATE. */
function mainVerb(all: Word[]): number {
  const at = all.findIndex(({ text, depth }) => depth === 0 && VERBS.has(text.toUpperCase()));
  return Math.max(at, 0);
}

function table(all: Word[], operation: string): string {
  const before = BEFORE_TABLE[operation];
  if (before === undefined) return "";
  const at = all.findIndex(
    ({ text, depth }) => text.toUpperCase() === before && (operation !== "SELECT" || depth === 0),
  );
  const name =
    at < 0 ? undefined : all.slice(at + 1).find(({ text }) => !SKIPPED.has(text.toUpperCase()));
  if (name === undefined || isKeyword(name.text)) return subquery(all.slice(at + 1), name);
  return name.text.replaceAll('"', "").slice(0, NAME_LIMIT);
}

/** `FROM (SELECT ... FROM items)`: the table inside. */
function subquery(rest: Word[], name: Word | undefined): string {
  return name?.text.toUpperCase() === "SELECT" ? readInner(rest) : "";
}

function readInner(rest: Word[]): string {
  const at = rest.findIndex(({ text }) => text.toUpperCase() === "FROM");
  const name = at < 0 ? undefined : rest[at + 1];
  return name === undefined || isKeyword(name.text)
    ? ""
    : name.text.replaceAll('"', "").slice(0, NAME_LIMIT);
}

const isKeyword = (text: string): boolean =>
  VERBS.has(text.toUpperCase()) || text.toUpperCase() === "WITH";
