import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { finished, pipeline } from "node:stream/promises";
import { PassThrough } from "node:stream";
import { dirname } from "node:path";
import { pack, type Header, type Pack } from "tar-stream";

/** One thing in an image. Everything else about it (owner, time) is fixed, so that equal lists give equal bytes. */
export type Entry = { path: string; uid?: number } & (
  | { kind: "file"; source: string; size: number; mode: number }
  | { kind: "text"; text: string; mode: number }
  | { kind: "link"; target: string }
  | { kind: "folder"; mode: number }
);

const parents = (path: string): string[] => {
  const up = dirname(path);
  return up === "." || up === "/" ? [] : [...parents(up), up];
};

/** Sorted, each path once (the last one wins), with all folders in between. */
export const complete = (entries: readonly Entry[]): Entry[] => {
  const byPath = new Map<string, Entry>();
  for (const { path } of entries) {
    for (const folder of parents(path))
      byPath.set(folder, { kind: "folder", path: folder, mode: 0o755 });
  }
  for (const entry of entries) byPath.set(entry.path, entry);
  return [...byPath.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

type Headers = Partial<Header> & { name: string };

const headers = (entry: Entry): Headers => {
  const owner = entry.uid ?? 0;
  const name = entry.path.replace(/^\//, "");
  const base = { name, mtime: new Date(0), uid: owner, gid: owner };
  if (entry.kind === "folder") {
    return { ...base, name: `${name}/`, mode: entry.mode, type: "directory" };
  }
  if (entry.kind === "link") {
    return { ...base, mode: 0o777, type: "symlink", linkname: entry.target };
  }
  const size = entry.kind === "file" ? entry.size : Buffer.byteLength(entry.text);
  return { ...base, mode: entry.mode, size, type: "file" };
};

const add = async (tar: Pack, entry: Entry): Promise<void> => {
  if (entry.kind === "text") {
    tar.entry(headers(entry), entry.text);
    return;
  }
  if (entry.kind !== "file") {
    tar.entry(headers(entry));
    return;
  }
  await pipeline(createReadStream(entry.source), tar.entry(headers(entry)));
};

/** Writes the list as a tar file and returns the digest of its bytes. */
export const writeLayer = async (entries: readonly Entry[], file: string): Promise<string> => {
  const tar = pack();
  const hash = createHash("sha256");
  const tap = new PassThrough();
  tap.on("data", (chunk: Buffer) => hash.update(chunk));
  const out = createWriteStream(file);
  const written = Promise.all([pipeline(tar, tap, out), finished(out)]);
  for (const entry of complete(entries)) await add(tar, entry);
  tar.finalize();
  await written;
  return hash.digest("hex");
};
