/** Redis through ioredis, against a real server. Keys are the scenario's own. */
import { Redis } from "ioredis";
import { trace } from "@opentelemetry/api";
import { play, type Scenario, type Stage } from "../stage.ts";
import { within } from "../within.ts";

const client = (stage: Stage, options: object = {}): Redis => {
  const port = Number(process.env["REDIS_PORT"]);
  const redis = new Redis({ host: "127.0.0.1", port, ...options });
  redis.on("error", () => undefined);
  stage.atEnd(() => redis.disconnect());
  return redis;
};

const connected = async (stage: Stage, options: object = {}): Promise<Redis> => {
  const redis = client(stage, options);
  await redis.ping();
  return redis;
};

const message = (error: unknown): string => (error as Error).message.split(" ", 1)[0] ?? "";

const commands: Scenario = async (stage) => {
  const redis = await connected(stage);
  return within("commands", async () => [
    await redis.set("commands", "v", "EX", 10),
    await redis.get("commands"),
    await redis.hset("commands:h", { a: 1, b: 2 }),
    await redis.hgetall("commands:h"),
    await redis.del("commands", "commands:h"),
    await redis.call("CONFIG", "GET", "port").then(() => "answered"),
  ]);
};

const pipelines: Scenario = async (stage) => {
  const redis = await connected(stage);
  return within("pipeline", () =>
    redis.pipeline().set("pipelines", 1).incr("pipelines").get("pipelines").del("pipelines").exec(),
  );
};

const transactions: Scenario = async (stage) => {
  const redis = await connected(stage);
  return within("multi", async () => [
    await redis.multi().set("transactions", 1).incr("transactions").exec(),
    await redis
      .multi({ pipeline: false })
      .then(() => redis.incr("transactions"))
      .then(() => redis.exec()),
    await redis.del("transactions"),
  ]);
};

const replyErrors: Scenario = async (stage) => {
  const redis = await connected(stage);
  return within("errors", async () => [
    await redis.set("replyErrors", "text"),
    await redis.lpush("replyErrors", "x").catch(message),
    await redis.incr("replyErrors").catch(message),
    await redis.call("NOSUCH").catch(message),
    await redis.evalsha("0".repeat(40), 0).catch(message),
    await redis
      .pipeline()
      .incr("replyErrors")
      .get("replyErrors")
      .exec()
      .then((all) => all?.map(([error]) => error && message(error))),
  ]);
};

const scripts: Scenario = async (stage) => {
  const redis = await connected(stage);
  redis.defineCommand("double", { numberOfKeys: 0, lua: "return 2 * ARGV[1]" });
  const own = redis as Redis & { double: (value: number) => Promise<number> };
  return within("scripts", async () => [
    await redis.eval("return 7", 0),
    await own.double(4),
    await own.double(5),
  ]);
};

const callbacks: Scenario = async (stage) => {
  const redis = await connected(stage);
  return within("callback", () => {
    const outer = trace.getActiveSpan();
    return new Promise((resolve) => {
      void redis.get("callbacks", () => {
        trace.getTracer("app").startSpan("in the callback").end();
        resolve(trace.getActiveSpan() === outer);
      });
    });
  });
};

const beforeConnected: Scenario = async (stage) => {
  const redis = client(stage);
  return within("early", () => Promise.all([redis.set("early", 1), redis.get("early")]));
};

const lazyConnect: Scenario = async (stage) =>
  within("lazy", async () => {
    const redis = client(stage, { lazyConnect: true, db: 3, connectionName: "lazy" });
    await redis.connect();
    return redis.get("lazy");
  });

const unreachable: Scenario = async () =>
  within("unreachable", async () => {
    const redis = new Redis({
      host: "127.0.0.1",
      port: 2,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
    });
    redis.on("error", () => undefined);
    return redis.get("x").catch((error: Error) => error.message);
  });

const disconnected: Scenario = async (stage) => {
  const redis = await connected(stage, { disconnectTimeout: 20 });
  return within("gone", async () => {
    const waiting = redis.blpop("disconnected", 0).catch((error: Error) => error.message);
    await new Promise(setImmediate);
    redis.disconnect();
    return waiting;
  });
};

const subscription: Scenario = async (stage) => {
  const [subscriber, publisher] = [await connected(stage), await connected(stage)];
  return within("publish", async () => {
    const heard = new Promise((resolve) => subscriber.on("message", (_, text) => resolve(text)));
    await subscriber.subscribe("subscription");
    await publisher.publish("subscription", "hello");
    return heard;
  });
};

const withoutCaller: Scenario = async (stage) => {
  const redis = await connected(stage);
  return [await redis.set("orphan", 1), await redis.del("orphan")];
};

const concurrent: Scenario = async (stage) => {
  const redis = await connected(stage);
  const one = (at: number): Promise<unknown> =>
    within(`caller ${at}`, async () => [
      await redis.set(`concurrent:${at}`, at, "EX", 5),
      await redis.get(`concurrent:${at}`),
    ]);
  return Promise.all([1, 2, 3, 4, 5, 6].map(one));
};

export const scenarios = {
  commands,
  pipelines,
  transactions,
  replyErrors,
  scripts,
  callbacks,
  beforeConnected,
  lazyConnect,
  unreachable,
  disconnected,
  subscription,
  withoutCaller,
  concurrent,
};

if (import.meta.main) void play(scenarios);
