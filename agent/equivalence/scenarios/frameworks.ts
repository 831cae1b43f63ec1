/** Routes as fastify and express know them. */
import { createServer } from "node:http";
import express from "express";
import Fastify, { type FastifyInstance } from "fastify";
import { trace } from "@opentelemetry/api";
import { get, play, raw, type Scenario, type Stage, statuses } from "../stage.ts";

const ask = async (origin: string, paths: string[]): Promise<string[]> => {
  const answers: string[] = [];
  for (const path of paths) answers.push(...statuses(await raw(origin, get(path))));
  return answers;
};

const work = (name: string): void => trace.getTracer("app").startSpan(name).end();

const fastify = async (
  stage: Stage,
  define: (app: FastifyInstance) => unknown,
): Promise<string> => {
  const app = Fastify();
  await define(app);
  await app.ready();
  return stage.listen(app.server);
};

const fastifyRoutes: Scenario = async (stage) => {
  const origin = await fastify(stage, (app) => {
    app.get("/", () => "root");
    app.get("/items/:id", (request) => {
      work("look up");
      return request.params;
    });
    app.get("/files/*", () => "file");
    app.get("/items/:id/parts/:part", () => "part");
  });
  return ask(origin, [
    "/",
    "/items/1",
    "/items/2?x=1",
    "/files/a/b",
    "/items/1/parts/2",
    "/nowhere",
  ]);
};

const fastifyPrefix: Scenario = async (stage) => {
  const origin = await fastify(stage, (app) =>
    app.register(
      (api, _, done) => {
        api.get("/users/:name", async () => {
          await new Promise(setImmediate);
          work("after a turn");
          return {};
        });
        done();
      },
      { prefix: "/api/v1" },
    ),
  );
  return ask(origin, ["/api/v1/users/anna"]);
};

const fastifyErrors: Scenario = async (stage) => {
  const origin = await fastify(stage, (app) => {
    app.get("/throws", () => {
      throw new RangeError("planned");
    });
    app.get("/rejects", () =>
      Promise.reject(Object.assign(new Error("planned"), { statusCode: 422 })),
    );
    app.addHook("onRequest", (request, reply, done) => {
      if (request.url === "/denied") void reply.code(401).send();
      else done();
    });
    app.get("/denied", () => "never");
  });
  return ask(origin, ["/throws", "/rejects", "/denied"]);
};

const expressApp = async (
  stage: Stage,
  define: (app: express.Express) => void,
): Promise<string> => {
  const app = express();
  define(app);
  return stage.listen(createServer(app));
};

const expressRoutes: Scenario = async (stage) => {
  const origin = await expressApp(stage, (app) => {
    app.get("/", (_, response) => void response.send("root"));
    app.get("/items/:id", (request, response) => {
      work("look up");
      response.json(request.params);
    });
    app.get("/files/{*rest}", (_, response) => void response.send("file"));
  });
  return ask(origin, ["/", "/items/1", "/items/2?x=1", "/files/a/b", "/nowhere"]);
};

const expressRouters: Scenario = async (stage) => {
  const origin = await expressApp(stage, (app) => {
    const users = express.Router();
    users.get("/:name", (_, response) => {
      setImmediate(() => {
        work("after a turn");
        response.send("user");
      });
    });
    const api = express.Router();
    api.use("/users", users);
    app.use(express.json());
    app.use("/api", api);
  });
  return ask(origin, ["/api/users/anna", "/api/users", "/api"]);
};

const expressErrors: Scenario = async (stage) => {
  const origin = await expressApp(stage, (app) => {
    app.set("env", "test");
    app.get("/throws", () => {
      throw new RangeError("planned");
    });
    app.get("/rejects", () => Promise.reject(new Error("planned")));
    // oxlint-disable-next-line max-params -- express knows an error handler by its four parameters.
    const sorry: express.ErrorRequestHandler = (_error, _request, response, _next) => {
      response.status(500).send("sorry");
    };
    app.use(sorry);
  });
  return ask(origin, ["/throws", "/rejects"]);
};

export const scenarios = {
  fastifyRoutes,
  fastifyPrefix,
  fastifyErrors,
  expressRoutes,
  expressRouters,
  expressErrors,
};

if (import.meta.main) void play(scenarios);
