import { z } from "zod";
import { PipelineError } from "./errors.ts";

const homonym = z.object({
  hanja: z.string(),
  reading: z.string(),
  meaning: z.string(),
  differentiator: z.string(),
});

/** What stage 1 finds out about a word. Long fields are bounded: a model that rambles is an error, not a card. */
export const nuanceSchema = z.object({
  term_number: z.int().positive(),
  term: z.string().min(1),
  ipa: z.string(),
  pos: z.string(),
  primary_meaning: z.string().min(1).max(200),
  other_meanings: z.string().max(500).optional(),
  metaphor: z.string().max(300),
  metaphor_noun: z.string(),
  metaphor_action: z.string(),
  suggested_location: z.string(),
  anchor_object: z.string(),
  anchor_sensory: z.string().max(200),
  explanation: z.string().max(500),
  usage_context: z.string().optional(),
  comparison: z.object({ vs: z.string(), nuance: z.string() }),
  homonyms: z.array(homonym).max(5),
  korean_keywords: z.array(z.string()).max(10),
});

export type Nuance = z.infer<typeof nuanceSchema>;

/** Models like to wrap JSON into a code fence. */
const unfenced = (text: string): string => text.trim().replace(/^```(?:json)?\s*|\s*```$/g, "");

/** Reads the answer of stage 1. */
export const parseNuance = (text: string): Nuance => {
  let value: unknown;
  try {
    value = JSON.parse(unfenced(text));
  } catch (cause) {
    throw new PipelineError("Parsing", "stage 1 did not answer JSON", { cause });
  }
  const result = nuanceSchema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path }) => path.join(".")).join(", ");
  throw new PipelineError("Parsing", `stage 1 answered JSON with unfit fields: ${fields}`);
};
