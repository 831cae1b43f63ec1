/**
 * A proxy of ours between the operator and a real API server, which can treat any request badly. The operator speaks HTTP to
 * it and everything of ours is under test: deadlines, repetitions, what an answer is taken for. See docs/decisions/0007.
 */
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { Agent, request, type RequestOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { conduitTo, type Flow } from "./flow.ts";

export interface Passing {
  /** Which of the operator's lives asks; each has a path of its own. */
  life: string;
  method: string;
  /** With its query. */
  path: string;
  body: string;
}

export type Treatment =
  | { type: "pass"; keep?: (text: string) => void; begun?: (flow: Flow) => void }
  /** Answered here; the API server never hears of it. */
  | { type: "answer"; status: number; text: string; headers?: Record<string, string> }
  /** Done, and answered late. */
  | { type: "delay"; milliseconds: number }
  /** Cut before anything was passed on. */
  | { type: "drop"; afterwards?: () => void }
  /** Done, but the connection is cut before the answer. */
  | { type: "lose"; afterwards?: () => void }
  /** Done, and never answered. */
  | { type: "silence" };

export interface Proxy {
  /** How one life of the operator reaches the API server. */
  configFor: (life: string, user?: string) => KubeConfig;
  stop: () => Promise<void>;
}

export const startProxy = async (
  target: KubeConfig,
  treat: (passing: Passing) => Treatment,
): Promise<Proxy> => {
  const forward = await forwarder(target);
  const server = createServer(listener(forward, treat)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    configFor: (life, user) => configAt(`http://127.0.0.1:${port}/${life}`, user),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

const configAt = (server: string, user: string | undefined): KubeConfig => {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "proxy", server, skipTLSVerify: true },
    { name: "anyone", ...(user ? { impersonateUser: user } : {}) },
  );
  return config;
};

type Forward = (
  passing: Passing,
  headers: IncomingMessage["headers"],
  signal?: AbortSignal,
) => Promise<IncomingMessage>;

const forwarder = async (config: KubeConfig): Promise<Forward> => {
  const server = config.getCurrentCluster()?.server;
  if (!server) throw new Error("the proxy has no API server: its kubeconfig names no cluster");
  const agent = new Agent({ keepAlive: true });
  const secured: RequestOptions = { agent };
  await config.applyToHTTPSOptions(secured);
  return ({ method, path, body }, { host: _ours, connection: _hop, ...headers }, signal) =>
    new Promise((resolve, reject) => {
      const options = { ...secured, method, headers, agent, ...(signal ? { signal } : {}) };
      const passed = request(server + path, options, resolve);
      passed.on("error", reject);
      passed.end(body);
    });
};

const passingOf = async (incoming: IncomingMessage): Promise<Passing> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const [, life = "", rest = ""] = /^\/([^/]+)(\/.*)$/.exec(incoming.url ?? "") ?? [];
  const body = Buffer.concat(chunks).toString("utf8");
  return { life, method: incoming.method ?? "", path: rest, body };
};

const listener =
  (forward: Forward, treat: (passing: Passing) => Treatment): RequestListener =>
  (incoming, outgoing) => {
    const handle = async (): Promise<void> => {
      const passing = await passingOf(incoming);
      const treatment = treat(passing);
      const ask = (signal?: AbortSignal) => forward(passing, incoming.headers, signal);
      if (treatment.type === "drop") outgoing.destroy();
      else if (treatment.type === "answer") answer(outgoing, treatment);
      else if (treatment.type === "pass") await pass(ask, outgoing, treatment);
      else await end(await ask(), outgoing, treatment);
      if ("afterwards" in treatment) treatment.afterwards?.();
    };
    // Whoever asked has gone, or the API server has: either way nobody gets an answer.
    handle().catch(() => outgoing.destroy());
  };

const answer = (
  outgoing: ServerResponse,
  { status, text, headers = {} }: Extract<Treatment, { type: "answer" }>,
) => outgoing.writeHead(status, { "content-type": "application/json", ...headers }).end(text);

const pass = async (
  ask: (signal: AbortSignal) => Promise<IncomingMessage>,
  outgoing: ServerResponse,
  { begun, keep }: Extract<Treatment, { type: "pass" }>,
): Promise<void> => {
  const conduit = conduitTo(outgoing);
  begun?.(conduit);
  const answered = await ask(conduit.left);
  conduit.carry(answered);
  if (keep) keep(Buffer.concat((await answered.toArray()) as Buffer[]).toString("utf8"));
};

const end = async (
  answered: IncomingMessage,
  outgoing: ServerResponse,
  how: Exclude<Treatment, { type: "drop" | "answer" | "pass" }>,
): Promise<void> => {
  // Only when the whole answer is here has the API server done all of it.
  const whole = Buffer.concat((await answered.toArray()) as Buffer[]);
  if (how.type === "lose") outgoing.destroy();
  if (how.type !== "delay") return;
  await sleep(how.milliseconds);
  outgoing.writeHead(answered.statusCode ?? 502, answered.headers).end(whole);
};
