/** Files -> one .tar.gz. */
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import type { Files } from "./collect.ts";

export const archive = async (files: Files, folder: string, at: Date): Promise<Buffer> => {
  const tar = pack();
  for (const [path, text] of files)
    tar.entry({ name: `${folder}/${path}`, mtime: at, mode: 0o644 }, text);
  tar.finalize();
  return buffer(tar.pipe(createGzip()));
};
