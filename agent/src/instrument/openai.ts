/**
 * Calls of models through `openai`: a span around the request, `gen_ai.*` attributes and numbers. What is asked and answered is
 * never recorded, only how much of it there was.
 */
import { current, runIn } from "../core/context.ts";
import { failed } from "../core/guard.ts";
import { silent } from "../core/switch.ts";
import { Generation, isTold, type Answer } from "./generation.ts";
import { patchMethod } from "./patch.ts";

type Parse = (client: unknown, props: unknown) => Promise<unknown>;

/** openai's promise of an answer: read only when somebody asks for it. Both fields are replaced, since nothing else sees the end. */
interface Pending {
  responsePromise: Promise<unknown>;
  parseResponse: Parse;
}

interface Resource {
  _client?: { baseURL?: unknown };
}

function begin(operation: string, resource: Resource, body: unknown): Generation | undefined {
  if (silent || isTold(operation)) return undefined;
  try {
    const request = (body ?? {}) as Record<string, unknown>;
    const baseUrl = resource._client?.baseURL;
    return new Generation(operation, typeof baseUrl === "string" ? baseUrl : "", request);
  } catch (error) {
    failed(error);
    return undefined;
  }
}

function observe(pending: Pending, generation: Generation): void {
  const { responsePromise, parseResponse } = pending;
  if (typeof parseResponse !== "function" || typeof responsePromise?.then !== "function") return;
  pending.responsePromise = responsePromise.then(undefined, (error: unknown) => {
    generation.fail(error);
    throw error;
  });
  pending.parseResponse = async (client, props) => {
    const answer = await parseResponse.call(pending, client, props);
    if (isStream(answer)) watch(answer, generation);
    else generation.end(answer as Answer);
    return answer;
  };
}

/** openai's Stream: makes an iterator when it is read. */
interface Stream {
  iterator: () => AsyncIterator<Answer>;
}

const isStream = (answer: unknown): answer is Stream =>
  typeof (answer as Stream | null)?.iterator === "function";

function watch(stream: Stream, generation: Generation): void {
  const { iterator } = stream;
  stream.iterator = () => watched(iterator.call(stream), generation);
}

function watched(inner: AsyncIterator<Answer>, generation: Generation): AsyncIterator<Answer> {
  const failing = (error: unknown): never => {
    generation.fail(error);
    throw error;
  };
  const seen = (result: IteratorResult<Answer>): IteratorResult<Answer> => {
    if (result.done === true) generation.end();
    else generation.part(result.value ?? {});
    return result;
  };
  const outer = {
    next: () => inner.next().then(seen, failing),
    return: async (value?: unknown) => {
      generation.end();
      return (await inner.return?.(value)) ?? { done: true as const, value };
    },
    throw: async (error?: unknown) => {
      generation.fail(error);
      return (await inner.throw?.(error)) ?? { done: true as const, value: undefined };
    },
    [Symbol.asyncIterator]: () => outer,
  };
  return outer;
}

/** By class of the module's exports: what it is called in `gen_ai.operation.name`. */
const patchResource =
  (name: string, operation: string) =>
  (exports: unknown): void => {
    const resource = (exports as Record<string, { prototype?: unknown } | undefined>)[name];
    patchMethod(resource?.prototype, "create", (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        const generation = begin(operation, this as Resource, args[0]);
        if (generation === undefined) return original.apply(this, args);
        const { span } = generation;
        const call = (): unknown => original.apply(this, args);
        const pending = span === null || span === current() ? call() : runIn(span, call, []);
        observe(pending as Pending, generation);
        return pending;
      };
    });
  };

export const patchChat = patchResource("Completions", "chat");
export const patchCompletions = patchResource("Completions", "text_completion");
export const patchResponses = patchResource("Responses", "chat");
export const patchEmbeddings = patchResource("Embeddings", "embeddings");
