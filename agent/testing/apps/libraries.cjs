/* oxlint-disable max-lines-per-function -- a table of routes. */
// One service on everything that needs no server of its own; `load` is either `require` or `import`.
const http = require("node:http");
const { trace } = require("@opentelemetry/api");

exports.serve = async (load) => {
  const winston = await load("winston");
  const { RateLimiterMemory, RateLimiterQueue } = await load("rate-limiter-flexible");
  const cockatiel = await load("cockatiel");
  const opossum = await load("opossum");
  // A breaker that was collected is in no state any more.
  const kept = [];
  const Breaker = opossum.default ?? opossum;
  const openai = await load("openai");
  const OpenAI = openai.OpenAI;

  const logger = winston.createLogger({
    format: winston.format.json(),
    defaultMeta: { app: "tests" },
    transports: [new winston.transports.Console()],
  });
  const limiter = new RateLimiterMemory({ keyPrefix: "api", points: 2, duration: 60 });
  const queue = new RateLimiterQueue(
    new RateLimiterMemory({ keyPrefix: "queue", points: 1, duration: 0.05 }),
  );
  const client = new OpenAI({ apiKey: "k", baseURL: process.env.LLM_URL, maxRetries: 0 });
  const question = {
    model: "gpt-test",
    temperature: 0.5,
    max_tokens: 100,
    messages: [{ role: "user", content: "a secret question" }],
  };
  const outcome = (promise) =>
    promise.then(
      () => "ok",
      (error) => error.code ?? error.name ?? error.constructor.name,
    );
  const fail = async () => {
    throw new Error("planned");
  };

  const routes = {
    "/console": () => {
      console.log(JSON.stringify({ msg: "json by console", nested: { a: "}" } }));
      console.error(JSON.stringify({ msg: "json on stderr" }));
      console.log("plain {text}");
      console.log('{"a": 1} and {"b": 2}');
      console.log({ object: "printed" });
      console.log('{"two":"arguments"}', 1);
      console.log("{}");
      console.log('{"trace_id":"my own"}');
    },
    "/winston": () => {
      logger.info("by winston", { id: 7 });
      logger.child({ part: "child" }).warn("by a child");
    },
    "/limiter": async () => [
      await outcome(limiter.consume("k")),
      await outcome(limiter.consume("k", 1)),
      await outcome(limiter.consume("k")),
    ],
    "/queue": () => Promise.all([queue.removeTokens(1), queue.removeTokens(1)]),
    "/cockatiel": async () => {
      let cooling = Infinity;
      const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, {
        halfOpenAfter: {
          next: () => ({
            get duration() {
              return cooling;
            },
          }),
        },
        breaker: new cockatiel.ConsecutiveBreaker(2),
      });
      breaker.name = "model";
      kept.push(breaker);
      const retry = cockatiel.retry(cockatiel.handleAll, {
        maxAttempts: 1,
        backoff: new cockatiel.ConstantBackoff(1),
      });
      const bulkhead = cockatiel.bulkhead(1, 0);
      const timeout = cockatiel.timeout(10, cockatiel.TimeoutStrategy.Aggressive);
      const seen = [await outcome(breaker.execute(async () => 1))];
      seen.push(await outcome(breaker.execute(() => retry.execute(fail))));
      seen.push(await outcome(breaker.execute(fail)));
      seen.push(await outcome(breaker.execute(async () => 1)));
      cooling = 0;
      seen.push(await outcome(breaker.execute(async () => 1)));
      const slow = bulkhead.execute(() => new Promise((resolve) => setTimeout(resolve, 5)));
      seen.push(await outcome(bulkhead.execute(async () => 1)));
      await slow;
      seen.push(await outcome(timeout.execute(() => new Promise(() => {}))));
      return seen;
    },
    "/opossum": async () => {
      let broken = true;
      const breaker = new Breaker(async () => (broken ? fail() : 1), {
        name: "store",
        resetTimeout: 300,
        errorThresholdPercentage: 1,
      });
      kept.push(breaker);
      const seen = [await outcome(breaker.fire()), await outcome(breaker.fire())];
      broken = false;
      await new Promise((resolve) => breaker.once("halfOpen", resolve));
      seen.push(await outcome(breaker.fire()));
      breaker.shutdown();
      return seen;
    },
    "/chat": async () => {
      const answer = await client.chat.completions.create(question);
      return answer.choices[0].message.content;
    },
    "/stream": async () => {
      const stream = await client.chat.completions.create({
        ...question,
        stream: true,
        stream_options: { include_usage: true },
      });
      let text = "";
      for await (const { choices } of stream) text += choices[0]?.delta?.content ?? "";
      return text;
    },
    "/stopped": async () => {
      const stream = await client.chat.completions.create({ ...question, stream: true });
      let first;
      for await (const part of stream) {
        first = part.choices[0].delta.content;
        break;
      }
      return first;
    },
    "/embeddings": async () => {
      const answer = await client.embeddings.create({ model: "embed-test", input: "secret" });
      return answer.data.length;
    },
    "/refused": () => outcome(client.chat.completions.create({ ...question, model: "refused" })),
    "/told": () =>
      trace
        .getTracer("app")
        .startActiveSpan(
          "own",
          { attributes: { "gen_ai.operation.name": "chat" } },
          async (span) => {
            await client.chat.completions.create(question);
            span.end();
          },
        ),
  };

  const server = http.createServer(async (request, response) => {
    const answer = await Promise.resolve(routes[request.url]?.()).catch((error) => String(error));
    response.end(JSON.stringify(answer ?? null));
  });
  server.listen(0, "127.0.0.1", () => process.stdout.write(`READY ${server.address().port}\n`));
  process.on("SIGTERM", () => server.close());
};
