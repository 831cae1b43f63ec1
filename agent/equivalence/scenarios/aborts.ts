/** Requests that come to no good end: clients and servers that go away, and time that runs out. */
import http from "node:http";
import { connect } from "node:net";
import { get, play, raw, type Scenario, serve, statuses } from "../stage.ts";

/** The handler of `path` decides when the client goes away. */
const goAway = async (origin: string, path: string, leave: Promise<unknown>): Promise<void> => {
  const socket = connect(Number(new URL(origin).port), "127.0.0.1");
  socket.write(get(path));
  await leave;
  socket.destroy();
};

const clientAbortsBeforeTheAnswer: Scenario = async (stage) => {
  const asked = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const origin = await serve(stage, (_, response) => {
    response.on("close", gone.resolve);
    asked.resolve();
  });
  await goAway(origin, "/slow", asked.promise);
  await gone.promise;
};

const clientAbortsWithinTheAnswer: Scenario = async (stage) => {
  const begun = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const origin = await serve(stage, (_, response) => {
    response.on("close", gone.resolve);
    response.write("some of it", () => begun.resolve());
  });
  await goAway(origin, "/half", begun.promise);
  await gone.promise;
};

const clientAbortsItsUpload: Scenario = async (stage) => {
  const asked = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<unknown>();
  const origin = await serve(stage, (request, response) => {
    request.on("error", (error: NodeJS.ErrnoException) => gone.resolve(error.code));
    request.once("data", () => asked.resolve());
    request.on("end", () => response.end());
  });
  const socket = connect(Number(new URL(origin).port), "127.0.0.1");
  socket.write("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this");
  await asked.promise;
  socket.destroy();
  return gone.promise;
};

const serverDestroysTheConnection: Scenario = async (stage) => {
  const origin = await serve(stage, (request) => request.socket.destroy());
  return statuses(await raw(origin, get("/dropped")));
};

const requestTimeout: Scenario = async (stage) => {
  const server = http.createServer(
    (_, response) => void response.setTimeout(20, () => response.writeHead(504).end()),
  );
  const origin = await stage.listen(server);
  return statuses(await raw(origin, get("/never")));
};

const malformed: Scenario = async (stage) => {
  const origin = await serve(stage, (_, response) => response.end());
  const bad = statuses(await raw(origin, "GET / HTTP/1.1\r\nbad header\r\n\r\n"));
  return [bad, statuses(await raw(origin, get("/good")))];
};

export const scenarios = {
  clientAbortsBeforeTheAnswer,
  clientAbortsWithinTheAnswer,
  clientAbortsItsUpload,
  serverDestroysTheConnection,
  requestTimeout,
  malformed,
};

if (import.meta.main) void play(scenarios);
