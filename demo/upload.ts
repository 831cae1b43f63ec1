/** Gives the pipeline real work before the migration starts: the whole vocabulary, as one batch. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Tools } from "../e2e/kit/kubectl.ts";
import { upload } from "../e2e/kit/upload.ts";
import { root } from "../tools/run.ts";

/** Uploads `pipeline/vocabulary/words.csv` and follows the batch to its end; a sentence about it. */
export const uploadVocabulary = async (tools: Tools): Promise<string> => {
  const words = await readFile(join(root, "pipeline", "vocabulary", "words.csv"), "utf8");
  return `vocabulary processed: ${await upload(tools, words)}`;
};
