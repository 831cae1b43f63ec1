/**
 * Namespaces as they lie in etcd, to be put back as often as wanted: the same objects with the same UIDs, owners and field
 * managers. No client of the API could make that; so a plan can start just before the write that it is about.
 */

interface KeyValue {
  key: string;
  value: string;
}

/** Value by key, both in base64 as etcd's gateway gives them. */
export type Snapshot = ReadonlyMap<string, string>;

export interface Etcd {
  take: (namespaces: readonly string[]) => Promise<Snapshot>;
  restore: (namespaces: readonly string[], snapshot: Snapshot) => Promise<void>;
}

const encode = (text: string): string => Buffer.from(text).toString("base64");
const decode = (text: string): string => Buffer.from(text, "base64").toString("utf8");

const FIRST = encode("/registry/");
/** One after the last character of the prefix: the end of its range. */
const LAST = encode("/registry0");
/** Operations that etcd takes in one transaction. */
const MOST = 128;

export const etcdAt = (url: string): Etcd => {
  const ask = async <T>(path: string, body: object): Promise<T> => {
    const answer = await fetch(`${url}/v3/kv/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    if (!answer.ok)
      throw new Error(`asking etcd: ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const take: Etcd["take"] = async (namespaces) => {
    const { kvs = [] } = await ask<{ kvs?: KeyValue[] }>("range", { key: FIRST, range_end: LAST });
    const inside = kvs.filter(({ key }) =>
      namespaces.some((namespace) => decode(key).includes(`/${namespace}/`)),
    );
    return new Map(inside.map(({ key, value }) => [key, value]));
  };
  return {
    take,
    restore: async (namespaces, snapshot) => {
      const operations = difference(await take(namespaces), snapshot);
      for (let at = 0; at < operations.length; at += MOST)
        await ask("txn", { success: operations.slice(at, at + MOST) });
    },
  };
};

/** Nothing is written that is as it was: the API server would tell everybody of a change. */
const difference = (present: Snapshot, wanted: Snapshot): object[] => [
  ...[...present.keys()]
    .filter((key) => !wanted.has(key))
    .map((key) => ({ requestDeleteRange: { key } })),
  ...[...wanted]
    .filter(([key, value]) => present.get(key) !== value)
    .map(([key, value]) => ({ requestPut: { key, value } })),
];
