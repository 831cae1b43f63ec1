/** The two JSON patch operations an injection needs (RFC 6902): `test` guards an index, `add` puts something there. */

export interface Operation {
  op: "add" | "test";
  path: string;
  value: unknown;
}

const unescape = (token: string): string => token.replaceAll("~1", "/").replaceAll("~0", "~");

export const pointer = (...tokens: (string | number)[]): string =>
  tokens.map((token) => `/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** Operations that put items at the front or the end of a list which may not exist yet. */
export const insert = (
  path: string,
  list: readonly unknown[] | undefined,
  { items, at }: { items: unknown[]; at: "front" | "end" },
): Operation[] => {
  if (items.length === 0) return [];
  if (!list) return [{ op: "add", path, value: items }];
  const ordered = at === "front" ? items.toReversed() : items;
  const where = `${path}/${at === "front" ? "0" : "-"}`;
  return ordered.map((value) => ({ op: "add", path: where, value }));
};

type Json = Record<string, unknown> | unknown[];

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null;

const child = (parent: unknown, token: string): unknown =>
  isJson(parent) && Object.hasOwn(parent, token)
    ? (parent as Record<string, unknown>)[token]
    : undefined;

const addTo = (parent: Json, token: string, value: unknown): void => {
  if (!Array.isArray(parent)) {
    parent[token] = value;
    return;
  }
  const index = token === "-" ? parent.length : Number(token);
  parent.splice(index, 0, value);
};

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    isJson(inner) && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** A copy of the document with the patch applied; throws when a test fails or a path does not exist. */
export const applyPatch = <Document>(document: Document, patch: Operation[]): Document => {
  const copy = structuredClone(document);
  for (const { op, path, value } of patch) {
    const tokens = path.split("/").slice(1).map(unescape);
    const last = tokens.pop() ?? "";
    const parent = tokens.reduce(child, copy);
    if (!isJson(parent)) throw new Error(`patching ${path}: there is no such place`);
    if (op === "add") addTo(parent, last, structuredClone(value));
    else if (canonical(child(parent, last)) !== canonical(value))
      throw new Error(`patching ${path}: found something else than expected`);
  }
  return copy;
};
