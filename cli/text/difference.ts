/** Two objects as YAML, side by side in the manner of `diff -u`. */
import type { Paint } from "./paint.ts";
import { yaml } from "./emit.ts";

const CONTEXT = 2;

export const difference = async (
  { before, after }: { before: unknown; after: unknown },
  paint: Paint,
): Promise<string[]> => {
  const { structuredPatch } = await import("diff");
  const [old, now] = await Promise.all([yaml(before), yaml(after)]);
  const { hunks } = structuredPatch("before", "after", old, now, "", "", { context: CONTEXT });
  return hunks.flatMap(({ oldStart, lines }) => [
    paint("cyan", `  @@ line ${oldStart}`),
    ...lines.map((line) => `  ${coloured(line, paint)}`),
  ]);
};

const coloured = (line: string, paint: Paint): string => {
  if (line.startsWith("+")) return paint("green", line);
  return line.startsWith("-") ? paint("red", line) : line;
};
