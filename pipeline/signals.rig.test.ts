/** The services with the agent in front, and everything they say: every route has its server span, and no signal carries what is somebody's. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { fastify, type FastifyInstance } from "fastify";
import { pino } from "pino";
import { decodeTraces, type DecodedSpan } from "../agent/testing/otlp.ts";
import { agentFolder, type AgentFolder, config } from "../agent/testing/rig.ts";
import { type Sink, startSink } from "../agent/testing/sink.ts";
import { addRoutes as archiveRoutes } from "./archive/routes.ts";
import { createServer } from "./http/server.ts";
import { addRoutes as ingestRoutes } from "./ingest-api/routes.ts";
import { addRoutes as gatewayRoutes } from "./llm-gateway/routes.ts";
import { eventually } from "./testing/processes.ts";
import { type Servers, startServers } from "./testing/servers.ts";
import { type Service, type ServiceName, startService, stopServices } from "./testing/services.ts";
import { addRoutes as workerRoutes } from "./worker/routes.ts";

/** The router tables themselves; nothing is called, so nothing behind them is needed. */
const tables = {
  "ingest-api": ingestRoutes,
  "llm-gateway": gatewayRoutes,
  worker: workerRoutes,
  archive: archiveRoutes,
} as Record<Name, (app: FastifyInstance, dependencies: never) => void>;
type Name = Exclude<ServiceName, "mock-llm">;

const HEALTH = ["/healthz", "/readyz"];

interface Route {
  service: Name;
  method: string;
  path: string;
}

const routes: Route[] = (Object.keys(tables) as Name[]).flatMap((service) => {
  const found: Route[] = HEALTH.map((path) => ({ service, method: "GET", path }));
  const app = fastify();
  app.addHook("onRoute", ({ method, path }) => {
    for (const one of [method].flat())
      if (one !== "HEAD") found.push({ service, method: one, path });
  });
  tables[service](app, {} as never);
  return found;
});

/** In every word, hence in every prompt and answer. */
const WORD = "카나리아";
const KEY = "canary-key-3d1f";

let servers: Servers;
let sink: Sink;
let archive: string;
let batchId: string;
const folders: AgentFolder[] = [];
const services = new Map<Name, Service>();
const spans: { service: unknown; span: DecodedSpan }[] = [];
const bodies: { path: string; body: Buffer }[] = [];
const scrapes: string[] = [];

const start = async (name: Name, env: Record<string, string>): Promise<Service> => {
  const settings = config({ endpoint: sink.endpoint, service: { name, namespace: "signals" } });
  const folder = await agentFolder(settings);
  folders.push(folder);
  const NODE_OPTIONS = `--require ${folder.path}/agent.cjs`;
  const service = await startService(name, { NODE_OPTIONS, ...env });
  services.set(name, service);
  return service;
};

const urlOf = (name: Name): string => services.get(name)?.url ?? "";

/** Good, failing in the second stage, and answered with something that is no card. */
const words = ["", "반오류", "깨짐"].map((kind, nth) => `${nth + 1},${kind}${WORD},noun`);

const upload = async (): Promise<string> => {
  const answer = await fetch(`${urlOf("ingest-api")}/batches`, {
    method: "POST",
    headers: { "content-type": "text/csv" },
    body: ["position,term,type", ...words].join("\n"),
  });
  const { batchId: id } = (await answer.json()) as { batchId: string };
  await eventually("the end of the batch", async () => {
    const batch = await fetch(`${urlOf("ingest-api")}/batches/${id}`);
    const { done, failed, total } = (await batch.json()) as Record<string, number>;
    return (done ?? 0) + (failed ?? 0) >= (total ?? 1) || undefined;
  });
  return id;
};

/** Also with nothing in it: a request that is refused has a span like any other. */
const call = async ({ service, method, path }: Route): Promise<void> => {
  const body =
    method === "GET" ? {} : { body: "{}", headers: { "content-type": "application/json" } };
  const answer = await fetch(urlOf(service) + path.replace(":id", batchId), { method, ...body });
  await answer.arrayBuffer();
};

const isOf =
  ({ service, method, path }: Route) =>
  (one: (typeof spans)[number]): boolean =>
    one.service === service &&
    one.span.kind === 2 &&
    one.span.attributes["http.request.method"] === method &&
    one.span.attributes["http.route"] === path;

beforeAll(async () => {
  [servers, sink, archive] = await Promise.all([
    startServers(),
    startSink(),
    mkdtemp(join(tmpdir(), "archive-")),
  ]);
  sink.received = (path, body) => {
    bodies.push({ path, body });
    if (path !== "/v1/traces") return;
    const { resource, spans: some } = decodeTraces(body);
    spans.push(...some.map((span) => ({ service: resource["service.name"], span })));
  };
  const stores = {
    DATABASE_URL: servers.databaseUrl,
    REDIS_URL: servers.redisUrl,
    RETRY_BASE_MS: "10",
    RETRY_MAX_MS: "20",
  };
  const mock = await startService("mock-llm", { LATENCY_MS: "2" });
  const model = { LLM_BASE_URL: `${mock.url}/v1`, OPENROUTER_API_KEY: KEY };
  const gateway = await start("llm-gateway", { ...stores, ...model });
  await start("ingest-api", stores);
  await start("worker", { ...stores, GATEWAY_URL: gateway.url });
  await start("archive", { ...stores, ARCHIVE_FOLDER: archive, POD_NAME: "archive-0" });
  batchId = await upload();
  for (const route of routes) await call(route);
  await eventually(
    "a span of every route",
    async () => routes.every((route) => spans.some(isOf(route))) || undefined,
    15,
  ).catch(() => undefined);
  for (const { metricsUrl } of services.values())
    scrapes.push(await (await fetch(metricsUrl)).text());
  await Promise.all([...services.values()].map((service) => service.stop("SIGTERM")));
}, 180_000);

afterAll(async () => {
  await stopServices();
  await Promise.all([servers?.stop(), sink?.close(), ...folders.map((one) => one.remove())]);
  await rm(archive, { recursive: true, force: true });
}, 30_000);

describe("every route in each router table", () => {
  test("is known: what the services have in common is in no table of theirs", () => {
    const app = createServer(pino({ enabled: false }), { draining: false });
    for (const url of HEALTH) expect(app.hasRoute({ method: "GET", url })).toBe(true);
    expect(routes.length).toBeGreaterThan(4 * HEALTH.length);
  });

  test.each(
    routes.map((route) => [route.service, `${route.method} ${route.path}`, route] as const),
  )("%s: %s has a server span", (_service, _name, route) => {
    expect(spans.filter(isOf(route)).length).toBeGreaterThan(0);
  });
});

/** As it may be written: plainly, in a URL, or escaped in JSON. */
const forms = (text: string): string[] => [
  text,
  encodeURIComponent(text),
  Array.from(text, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
];

const FORBIDDEN: [what: string, text: string][] = [
  ["a word", WORD],
  ["the key of the model", KEY],
  ["a prompt", "stage1_result"],
];

describe("no signal carries", () => {
  const exported = (): string[] => bodies.map(({ body }) => body.toString("utf8"));
  const logs = (): string[] => [...services.values()].map(({ output }) => output());

  test("anything unreadable: what is looked through is what was sent", () => {
    for (const path of ["/v1/traces", "/v1/metrics"])
      expect(bodies.some((one) => one.path === path)).toBe(true);
    const all = exported().join("\n");
    expect(all).toContain("@preset/nuance-creator");
    expect(all).toContain("/batches/:id");
    expect(logs().join("\n")).toContain(batchId);
    expect(scrapes.join("\n")).toContain("flashcard_api_errors_total");
  });

  test.each(FORBIDDEN)("%s", (_what, text) => {
    for (const said of [...exported(), ...logs(), ...scrapes])
      for (const form of forms(text)) expect(said).not.toContain(form);
  });
});
