import { type FastifyInstance, type FastifyReply } from "fastify";
import { z } from "zod";
import { itemSchema } from "../domain/item.ts";
import { nuanceSchema } from "../domain/nuance.ts";
import { cardsAnswer, nuanceOf } from "./answers.ts";
import { forced, type Mood } from "./behaviour.ts";

const requestSchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
});

const stage2Schema = z.object({
  position: z.number(),
  term: z.string(),
  stage1_result: nuanceSchema,
});

type Question =
  | { stage: 1; term: string; answer: () => string }
  | { stage: 2; term: string; answer: () => string };

const understand = (content: string): Question => {
  const value = JSON.parse(content) as { stage1_result?: unknown };
  if (value.stage1_result === undefined) {
    const item = itemSchema.parse(value);
    return { stage: 1, term: item.term, answer: () => JSON.stringify(nuanceOf(item)) };
  }
  const { position, term, stage1_result: nuance } = stage2Schema.parse(value);
  return { stage: 2, term, answer: () => cardsAnswer({ position, term, nuance }) };
};

const refuse = (reply: FastifyReply, status: 429 | 500): FastifyReply => {
  if (status === 429) void reply.header("retry-after", "1").header("x-ratelimit-remaining", "0");
  return reply.code(status).send({
    error: {
      message: status === 429 ? "too many requests" : "the model fell over",
      code: status,
    },
  });
};

/** About four characters make a token. */
const tokens = (text: string): number => Math.ceil(text.length / 4);

interface Dependencies {
  mood: Mood;
  now: () => Date;
  sleep: (milliseconds: number) => Promise<void>;
}

export const addRoutes = (app: FastifyInstance, { mood, now, sleep }: Dependencies): void => {
  let answered = 0;
  app.get("/admin", async () => mood.current());
  app.post("/admin", async (request) => mood.change(request.body));
  app.post("/v1/chat/completions", async (request, reply) => {
    const { model, messages } = requestSchema.parse(request.body);
    const content = messages.at(-1)?.content ?? "";
    const question = understand(content);
    const { latencyMs } = mood.current();
    if (latencyMs > 0) await sleep(latencyMs);
    const must = forced(question.term, question.stage);
    const status = must === 200 ? mood.next() : must;
    if (status === 429 || status === 500) return refuse(reply, status);
    answered += 1;
    const text =
      status === "garbage" ? "I would rather talk about the weather." : question.answer();
    const usage = { prompt_tokens: tokens(content), completion_tokens: tokens(text) };
    return {
      id: `mock-${answered}`,
      object: "chat.completion",
      created: Math.floor(now().getTime() / 1000),
      model,
      choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
      usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens },
    };
  });
};
