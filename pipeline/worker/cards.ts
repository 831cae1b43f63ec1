/** A word through the stages: nuance, flashcards, validation. */
import { type Tracer } from "@opentelemetry/api";
import { validateCards } from "../domain/cards.ts";
import { asPipelineError } from "../domain/errors.ts";
import { type VocabularyItem } from "../domain/item.ts";
import { type Stage } from "../domain/stages.ts";
import { type Monitor } from "../telemetry/monitor.ts";
import { withSpan } from "../telemetry/spans.ts";
import { type ItemResult } from "../store/results.ts";
import { type Gateway } from "./gateway.ts";

interface Dependencies {
  gateway: Gateway;
  monitor: Monitor;
  tracer: Tracer;
  seconds: () => number;
}

export type MakeCards = (item: VocabularyItem) => Promise<ItemResult>;

export const cardMaker = ({ gateway, monitor, tracer, seconds }: Dependencies): MakeCards => {
  /** Degraded neighbours are counted too: the time was spent, whoever's fault it was. */
  const measured = async <T>(stage: Stage, work: () => Promise<T>): Promise<T> => {
    const start = seconds();
    try {
      const result = await work();
      monitor.stageRun({ stage, words: 1, seconds: seconds() - start });
      return result;
    } catch (error) {
      const errorType = asPipelineError(error).type;
      monitor.stageRun({ stage, words: 1, seconds: seconds() - start, errorType });
      throw error;
    }
  };

  const llmStage = <T extends { cached: boolean }>(
    stage: "stage1" | "stage2",
    ask: () => Promise<T>,
  ): Promise<T> =>
    measured(stage, () =>
      withSpan(
        tracer,
        { name: `flashcard.process_${stage}`, attributes: { "flashcard.stage": stage } },
        async (span) => {
          const answer = await ask();
          span.setAttribute("cache.hit", answer.cached);
          return answer;
        },
      ),
    );

  return async (item) => {
    const { position, term } = item;
    const first = await llmStage("stage1", () => gateway.stage1(item));
    const second = await llmStage("stage2", () =>
      gateway.stage2({ position, term, stage1: first.result }),
    );
    const cards = await measured("validation", async () => validateCards(second.rows, item));
    return { nuance: first.result, cards, cachedStage1: first.cached, cachedStage2: second.cached };
  };
};
