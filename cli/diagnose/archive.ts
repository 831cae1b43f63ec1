/** Files -> one .tar.gz. */
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";

export interface Look {
  folder: string;
  at: Date;
  mode?: number;
}

export const archive = async (
  files: ReadonlyMap<string, string>,
  { folder, at, mode = 0o644 }: Look,
): Promise<Buffer> => {
  const tar = pack();
  for (const [path, text] of files) tar.entry({ name: `${folder}/${path}`, mtime: at, mode }, text);
  tar.finalize();
  return buffer(tar.pipe(createGzip()));
};
