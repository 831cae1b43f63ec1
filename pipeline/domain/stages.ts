export const STAGES = [
  "ingress",
  "stage1",
  "stage2",
  "validation",
  "export",
  "completed",
  "failed",
] as const;
export type Stage = (typeof STAGES)[number];

export type LlmStage = "stage1" | "stage2";

/** The preset that answers a stage. As a closed set it is also the `model` label of every metric. */
export const MODELS: Record<LlmStage, string> = {
  stage1: "@preset/nuance-creator",
  stage2: "@preset/nuance-flashcard-generator",
};

/** USD per million tokens. The only price table: both kinds of monitoring take their cost from here. */
const price = { input: 3, output: 15 };

export interface Usage {
  inputTokens: number;
  outputTokens: number;
}

export const costUsd = ({ inputTokens, outputTokens }: Usage): number =>
  (inputTokens * price.input + outputTokens * price.output) / 1_000_000;
