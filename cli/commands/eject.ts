/** `eject`: the migration's result as plain manifests, for owners who want no operator in the end. */
import type { Handler } from "../command.ts";
import { type Ejected, ejected } from "../eject/manifests.ts";
import { findMigration } from "../reach/migration.ts";
import { yaml } from "../text/emit.ts";
import { EXIT, Trouble } from "../trouble.ts";

export const eject: Handler = async (request, io) => {
  const connection = await io.connect(request.where);
  const { migration } = await findMigration(connection, request.positionals[0]);
  const { name, namespace } = migration.metadata;
  const result = await ejected(migration, connection.cluster);
  if (result.manifests.length === 0)
    throw new Trouble(
      {
        what: `there is nothing to take out of ${name}`,
        why: "no component carries the agent",
        todo: "flashcard-otel status",
      },
      EXIT.no,
    );
  if (request.format === "json")
    io.print(
      `${JSON.stringify({ apiVersion: "v1", kind: "List", items: result.manifests }, undefined, 2)}\n`,
    );
  else io.print(await text(result));
  io.remark(
    [
      "to leave flashcard-otel, in this order:",
      "  1. keep what was printed: flashcard-otel eject > telemetry.yaml",
      `  2. kubectl -n ${namespace} delete ft ${name}       # takes the agent out and the backends away`,
      // What is still there when it is applied anew keeps its owner, and goes with it a moment later.
      `  3. kubectl -n ${namespace} wait --for=delete deployment,service,configmap -l flashcard-otel.dev/migration=${name} --timeout=2m`,
      `  4. kubectl -n ${namespace} apply -f telemetry.yaml # puts both back, yours from now on`,
      "between 2 and 4 there is no telemetry from the agent, and what the managed backends had stored is gone",
      ...result.remarks.map((remark) => `note: ${remark}`),
      "",
    ].join("\n"),
  );
  return EXIT.done;
};

const text = async ({ manifests }: Ejected): Promise<string> => {
  const documents: string[] = [];
  for (const manifest of manifests) documents.push(await yaml(manifest));
  return documents.join("---\n");
};
