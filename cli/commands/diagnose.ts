/** `diagnose`: one archive for a bug report. */
import { archive } from "../diagnose/archive.ts";
import { collect } from "../diagnose/collect.ts";
import type { Handler } from "../command.ts";
import { findMigration } from "../reach/migration.ts";
import { VERSION } from "../version.ts";
import { EXIT } from "../trouble.ts";

export const diagnose: Handler = async (request, io) => {
  const connection = await io.connect(request.where);
  const { migration } = await findMigration(connection, request.positionals[0]);
  const { name } = migration.metadata;
  const now = io.now();
  const { files, notes } = await collect(migration, connection, {
    program: VERSION,
    kubernetes: await connection.version(),
    migration: name,
    at: now.toISOString(),
  });
  const folder = `flashcard-otel-${name}-${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}`;
  const file = request.text("file") ?? `${folder}.tar.gz`;
  await io.save(file, await archive(files, { folder, at: now }));
  io.print(`${file}\n`);
  io.remark(
    [
      `${files.size} files: objects of the namespace, logs of flashcard-otel's own programs`,
      "values of variables, Secrets, logs of your own services and foreign ConfigMaps are not in it; look through it before you pass it on",
      ...notes.map((note) => `not in it: ${note}`),
      "",
    ].join("\n"),
  );
  return EXIT.done;
};
