import { type Redis } from "ioredis";
import { SpanKind, type Tracer } from "@opentelemetry/api";
import { injected } from "../telemetry/carrier.ts";
import { withSpan } from "../telemetry/spans.ts";
import { encode, type Work } from "./message.ts";
import { withScripts } from "./scripts.ts";

export interface Producer {
  send: (stream: string, works: readonly Work[]) => Promise<void>;
}

/** A Lua call takes only so many arguments. */
const perCall = 200;

interface Options {
  tracer: Tracer;
  /** For queues that nobody reads (trials): older messages go. 0 keeps everything. */
  maxLength?: number;
}

/** Hands work to the queue, with the trace it belongs to. */
export const createProducer = (connection: Redis, { tracer, maxLength = 0 }: Options): Producer => {
  const redis = withScripts(connection);
  const sendSome = async (stream: string, works: readonly Work[]): Promise<void> => {
    const carrier = Object.entries(injected()).flat();
    const messages = works.map(encode).flatMap((fields) => [fields.length, ...fields]);
    await redis.enqueueWork(stream, maxLength, carrier.length, ...carrier, ...messages);
  };
  return {
    send: (stream, works) =>
      withSpan(
        tracer,
        {
          name: "queue publish",
          kind: SpanKind.PRODUCER,
          attributes: {
            "messaging.system": "redis",
            "messaging.batch.message_count": works.length,
          },
        },
        async () => {
          for (let from = 0; from < works.length; from += perCall) {
            await sendSome(stream, works.slice(from, from + perCall));
          }
        },
      ),
  };
};
