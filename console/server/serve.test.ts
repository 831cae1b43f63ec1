import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { request } from "node:http";
import { memoryCluster, type MemoryCluster } from "../../operator/cluster/memory.ts";
import { GROUP, KIND, VERSION } from "../../operator/migration/schema.ts";
import { answers } from "../../operator/measurement/testing/answers.ts";
import { resource } from "../testing/builders.ts";
import { type Live, live } from "./live.ts";
import { type Console, serve } from "./serve.ts";

const migration = resource({
  namespace: "shop",
  name: "storefront",
  spec: { target: "Retired" },
  status: { phase: "Alongside" },
});
const reference = {
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  namespace: "shop",
  name: "storefront",
};

let cluster: MemoryCluster;
let console: Console;
let resources: Live;

beforeEach(async () => {
  cluster = memoryCluster();
  cluster.put(migration);
  resources = live(
    (_interest, { onChange }) => {
      queueMicrotask(() => onChange({ type: "Present", object: migration }));
      return { synced: () => true, stop: () => Promise.resolve() };
    },
    { context: "test", namespace: "" },
  );
  console = await serve({
    port: 0,
    page: { "/": { type: "text/html", body: "the page" } },
    live: resources,
    doors: { cluster, fetch: answers({}).fetch, now: () => new Date(0) },
  });
});

afterEach(() => console.stop());

interface Answer {
  status: number;
  text: string;
  headers: Record<string, unknown>;
}

interface Call {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

/** A browser's fetch does not let anybody set Host and Origin. */
const ask = (
  path: string,
  { method = "GET", body = "", headers = {} }: Call = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const call = request(
      { host: "127.0.0.1", port: console.port, path, method, headers },
      (response) => {
        let text = "";
        response.on("data", (chunk) => (text += String(chunk)));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
        );
      },
    );
    call.on("error", reject);
    call.end(body);
  });

const enter = async (): Promise<Record<string, string>> => {
  const { pathname, search } = new URL(console.url);
  const { headers } = await ask(pathname + search);
  return { cookie: String(headers["set-cookie"]).split(";")[0] ?? "" };
};

test("what is no path is an error, and not the end of the console", async () => {
  expect((await ask("//")).status).toBe(401);
  expect((await ask("//", { headers: await enter() })).status).toBe(400);
});

const PATHS = ["/", "/api/live", "/api/offers?namespace=shop&name=storefront", "/nowhere"];

describe("without the cookie", () => {
  test.each(PATHS)("%s tells nothing", async (path) => {
    const { status, text } = await ask(path);
    expect(status).toBe(401);
    expect(text).not.toContain("storefront");
  });

  test("a token that is not the first path's is none", async () => {
    const { search } = new URL(console.url);
    expect((await ask(`/api/live${search}`)).status).toBe(401);
  });
});

test.each([
  [421, { host: "rebound.example" }],
  [403, { origin: "http://evil.example" }],
  [403, { "sec-fetch-site": "cross-site" }],
])("with the cookie, a stranger's request is refused with %d", async (status, headers) => {
  const cookie = await enter();
  for (const path of PATHS)
    expect((await ask(path, { headers: { ...cookie, ...headers } })).status).toBe(status);
});

test("everything carries a policy that allows nothing inline and nothing from elsewhere", async () => {
  const headers = await enter();
  const page = await ask("/", { headers });
  expect(page.text).toBe("the page");
  const policy = String(page.headers["content-security-policy"]);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain("unsafe");
});

describe("a command", () => {
  const give = async (
    fields: Record<string, string>,
    origin = `http://127.0.0.1:${console.port}`,
  ) => {
    const cookie = await enter();
    const body = new URLSearchParams({ namespace: "shop", name: "storefront", ...fields });
    const answer = await ask("/api/command", {
      method: "POST",
      body: body.toString(),
      headers: { ...cookie, origin },
    });
    return { ...answer, after: await cluster.read(reference) };
  };

  test("writes its annotation and nothing else", async () => {
    const { status, after } = await give({ command: "target", value: "Validated" });
    expect(status).toBe(200);
    expect(after?.metadata.annotations).toEqual({ [`${GROUP}/hold`]: "Validated" });
    expect(after?.spec).toEqual(migration.spec);
  });

  test("of another origin writes nothing", async () => {
    const { status, after } = await give({ command: "pause" }, "http://evil.example");
    expect(status).toBe(403);
    expect(after?.metadata.annotations).toEqual({});
  });

  test.each([
    { command: "delete" },
    { command: "toString" },
    { command: "target", value: "Moon" },
    { command: "retry", value: "" },
    { command: "pause", name: "nobody" },
    { command: "retry", value: "x".repeat(5000) },
  ])("that is none is refused with a sentence: %j", async (fields) => {
    const { status, text, after } = await give(fields);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual({ error: expect.stringMatching(/\w+ \w+/) });
    expect(after?.metadata.annotations).toEqual({});
  });
});
