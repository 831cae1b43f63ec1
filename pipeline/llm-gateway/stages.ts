/** The two stages as questions to a model, answered from the cache where possible. */
import type { z } from "zod";
import { type Cache, type Cached } from "../cache/cache.ts";
import { stage1Key, stage2Key, storedKey, ttlSeconds } from "../cache/keys.ts";
import { type FlashcardRow, parseCards } from "../domain/cards.ts";
import { itemSchema, type VocabularyItem } from "../domain/item.ts";
import { type Nuance, nuanceSchema, parseNuance } from "../domain/nuance.ts";
import { type RunCompletion } from "./completion.ts";

export const stage2Request = itemSchema
  .pick({ position: true, term: true })
  .extend({ stage1: nuanceSchema });
export type Stage2Request = z.infer<typeof stage2Request>;

export interface Stages {
  stage1: (item: VocabularyItem) => Promise<Cached<Nuance>>;
  stage2: (request: Stage2Request) => Promise<Cached<FlashcardRow[]>>;
}

/** Typical tokens of a call, for what a hit saves. */
const typicalTokens = { stage1: 350, stage2: 1000 };

export const createStages = (cache: Cache, run: RunCompletion): Stages => ({
  stage1: ({ position, term, type }) =>
    cache.get<Nuance>({
      key: storedKey("stage1", stage1Key(term, type)),
      ttlSeconds: ttlSeconds.stage1,
      read: (text) => JSON.parse(text) as Nuance,
      compute: () =>
        run({
          stage: "stage1",
          content: JSON.stringify({ position, term, type }),
          parse: parseNuance,
        }),
      saved: () => typicalTokens.stage1,
    }),
  stage2: ({ position, term, stage1 }) =>
    cache.get<FlashcardRow[]>({
      key: storedKey("stage2", stage2Key(term, stage1)),
      ttlSeconds: ttlSeconds.stage2,
      read: (text) => JSON.parse(text) as FlashcardRow[],
      compute: () =>
        run({
          stage: "stage2",
          content: JSON.stringify({ position, term, stage1_result: stage1 }),
          parse: parseCards,
        }),
      saved: () => typicalTokens.stage2,
    }),
});
