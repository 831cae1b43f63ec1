/** All resources as the server tells them. Changes of one frame become one drawing. */
import { useEffect, useState } from "preact/hooks";
import type { Connection, Migration } from "../facts.ts";

export interface Seen {
  connection: Connection | undefined;
  /** By namespace and name. */
  migrations: Migration[];
  /** The server is there. */
  open: boolean;
}

const nothing: Seen = { connection: undefined, migrations: [], open: false };

const order = (a: Migration, b: Migration): number =>
  `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`);

export const useLive = (): Seen => {
  const [seen, setSeen] = useState(nothing);
  useEffect(() => listen(setSeen), []);
  return seen;
};

const listen = (show: (seen: Seen) => void): (() => void) => {
  const source = new EventSource("/api/live");
  let known = new Map<string, Migration>();
  let seen = nothing;
  let frame = 0;
  const draw = (change: Partial<Seen>): void => {
    seen = { ...seen, ...change };
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      seen = { ...seen, migrations: [...known.values()].toSorted(order) };
      show(seen);
    });
  };
  const on = (event: string, take: (data: unknown) => void): void =>
    source.addEventListener(event, ({ data }: MessageEvent<string>) => take(JSON.parse(data)));
  on("connection", (data) => draw({ connection: data as Connection, open: true }));
  on("all", (data) => {
    known = new Map((data as Migration[]).map((one) => [one.uid, one]));
    draw({ open: true });
  });
  on("put", (data) => {
    const one = data as Migration;
    known.set(one.uid, one);
    draw({});
  });
  on("gone", (data) => {
    known.delete((data as Migration).uid);
    draw({});
  });
  source.addEventListener("error", () => draw({ open: false }));
  return () => source.close();
};
