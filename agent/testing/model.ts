/** A model that speaks OpenAI's protocol on loopback and always says the same. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

export interface Model {
  url: string;
  /** The traceparent of the newest request. */
  traceparent: () => string | undefined;
  close: () => Promise<void>;
}

const usage = { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 };
const named = { id: "answer-1", model: "gpt-test-2026" };

const whole = {
  ...named,
  object: "chat.completion",
  choices: [
    {
      index: 0,
      finish_reason: "stop",
      message: { role: "assistant", content: "a secret answer" },
    },
  ],
  usage,
};

const part = (content: string, finish: string | null) => ({
  ...named,
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});

const embedding = {
  object: "list",
  model: "embed-test",
  data: [{ object: "embedding", index: 0, embedding: [0.1] }],
  usage: { prompt_tokens: 3, total_tokens: 3 },
};

interface Asked {
  model?: string;
  stream?: boolean;
}

function answer({ model, stream }: Asked, response: ServerResponse): void {
  if (stream === true) {
    response.setHeader("content-type", "text/event-stream");
    const parts = [
      part("a secret ", null),
      part("stream", "stop"),
      { ...named, choices: [], usage },
    ];
    for (const each of parts) response.write(`data: ${JSON.stringify(each)}\n\n`);
    response.end("data: [DONE]\n\n");
    return;
  }
  response.setHeader("content-type", "application/json");
  if (model === "refused") response.statusCode = 429;
  const body = model === "embed-test" ? embedding : whole;
  response.end(JSON.stringify(model === "refused" ? { error: { message: "secret" } } : body));
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Asked;
}

export async function startModel(): Promise<Model> {
  let traceparent: string | undefined;
  const server = createServer((request, response) => {
    traceparent = request.headers["traceparent"] as string | undefined;
    void read(request).then((asked) => answer(asked, response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    traceparent: () => traceparent,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
