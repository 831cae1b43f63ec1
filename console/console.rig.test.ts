/** The console as a person meets it: a real browser before a real API server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { build } from "esbuild";
import { until } from "../e2e/kit/wait.ts";
import { jaeger } from "../operator/measurement/jaeger.ts";
import { GROUP, KIND, VERSION } from "../operator/migration/schema.ts";
import { buildPage } from "./build.ts";
import { run } from "./main.ts";
import { proxyFetch } from "./server/proxy.ts";
import { type Entered, openStage, type Stage } from "./testing/stage.ts";
import { pictures } from "./testing/tour.ts";
import { NARROW, type Theme, violations } from "./testing/visit.ts";

// A browser on a machine that is busy with other things.
jest.setTimeout(60_000);

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
}, 300_000);
afterAll(() => stage?.stop());

const storefront = {
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  namespace: "shop",
  name: "storefront",
};

const annotation = async (name: string): Promise<string | undefined> =>
  (await stage.rig.kubectl.read(storefront))?.metadata.annotations?.[`${GROUP}/${name}`];

describe.each<Theme>(["light", "dark"])("in %s", (theme) => {
  let visit: Entered;

  beforeAll(async () => {
    visit = await stage.enter({ theme });
  });
  afterAll(() => visit?.leave());

  test.each(pictures)("$name shows what it is for, to everybody", async ({ hash, shows }) => {
    await visit.go(hash);
    await visit.page.getByText(shows).first().waitFor();
    expect(await violations(visit.page)).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });
});

describe("in a narrow window", () => {
  let visit: Entered;

  beforeAll(async () => {
    visit = await stage.enter();
    await visit.page.setViewportSize(NARROW);
  });
  afterAll(() => visit?.leave());

  test.each(pictures)("$name needs no pushing sideways", async ({ hash, shows }) => {
    await visit.go(hash);
    await visit.page.getByText(shows).first().waitFor();
    const { scrollWidth } = await visit.page.evaluate<{ scrollWidth: number }>(
      "({ scrollWidth: document.documentElement.scrollWidth })",
    );
    expect(scrollWidth).toBe(NARROW.width);
    expect(await violations(visit.page)).toEqual([]);
  });
});

describe("a page", () => {
  let visit: Entered;

  beforeAll(async () => {
    visit = await stage.enter();
  });
  afterAll(() => visit?.leave());

  test("is live: a change of the resource is seen without asking", async () => {
    await visit.go("#/ledger/postings/steps");
    const reference = { ...storefront, namespace: "ledger", name: "postings" };
    const stored = await stage.rig.kubectl.read(reference);
    if (!stored) throw new Error("the scene has no ledger/postings");
    const next = { what: "seen at once", reason: "Measuring", message: "", since: "" };
    await stage.rig.kubectl.replaceStatus({
      ...stored,
      status: { ...(stored.status as object), next },
    });
    await visit.page.getByText("seen at once").waitFor();
  });

  test("gives a command only after saying what it writes", async () => {
    await visit.go("#/shop/storefront/steps");
    await visit.page.getByRole("button", { name: "Pause" }).click();
    const dialog = visit.page.getByRole("dialog");
    expect(await dialog.locator("pre").textContent()).toBe(
      "kubectl -n shop annotate flashcardtelemetry storefront flashcard-otel.dev/paused=true --overwrite",
    );
    expect(await violations(visit.page)).toEqual([]);
    expect(await annotation("paused")).toBeUndefined();
    await dialog.getByRole("button", { name: "Pause" }).click();
    await visit.page.getByRole("button", { name: "Resume" }).waitFor();
    expect(await annotation("paused")).toBe("true");
  });

  test("can be used by keyboard alone", async () => {
    await visit.go("#/shop/storefront/steps");
    await visit.page.keyboard.press("5");
    await visit.page.getByText("Requests per second").first().waitFor();
    await visit.page.keyboard.press("k");
    await visit.page.getByRole("heading", { name: "shop/invoices" }).waitFor();
    await visit.page.keyboard.press("g");
    await visit.page.getByRole("heading", { name: "All migrations" }).waitFor();
    await visit.page.keyboard.press("/");
    await visit.page.keyboard.type("mailer held");
    await visit.page.getByText("1 of 16 components").waitFor();
    await visit.page.getByRole("link", { name: "mailer", exact: true }).focus();
    await visit.page.keyboard.press("Enter");
    await visit.page.getByRole("heading", { name: "ledger/postings" }).waitFor();
    await visit.page.keyboard.press("?");
    await visit.page.getByRole("dialog").waitFor();
    expect(await violations(visit.page)).toEqual([]);
    await visit.page.keyboard.press("Escape");
    await visit.page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("asks nobody but its own server", async () => {
    const asked: string[] = [];
    visit.page.on("request", (request) => asked.push(new URL(request.url()).origin));
    await visit.page.reload();
    await visit.go("#/shop/storefront/traces");
    expect(new Set(asked)).toEqual(new Set([`http://127.0.0.1:${visit.console.port}`]));
  });
});

describe("what RBAC does not allow is not offered", () => {
  const role = (verbs: string[]) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: `may-${verbs.join("-")}` },
    rules: [{ apiGroups: [GROUP], resources: ["flashcardtelemetries"], verbs }],
  });

  test.each([
    ["a reader", ["get", "list"], 0],
    ["a writer", ["get", "list", "patch"], 1],
  ])("to %s", async (who, verbs, count) => {
    const { kubectl, as } = stage.rig;
    const user = who.replaceAll(" ", "-");
    await kubectl.apply(role(verbs));
    await kubectl.apply({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: user },
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: role(verbs).metadata.name,
      },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
    });
    const visit = await stage.enter({ cluster: as(user) });
    try {
      await visit.go("#/search/catalogue/steps");
      expect(await visit.page.getByRole("group", { name: "Commands" }).count()).toBe(count);
    } finally {
      await visit.leave();
    }
  });
});

/** The API server reaches no loopback address for anybody. */
const address = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === "IPv4" && !one.internal)?.address;

(address ? test : test.skip)("a backend is asked through the API server", async () => {
  const asked: (string | undefined)[] = [];
  const backend = createServer(({ method, url }, response) => {
    asked.push(method, url);
    response.end(JSON.stringify({ data: [] }));
  }).listen(0, address);
  await once(backend, "listening");
  const { port } = backend.address() as AddressInfo;
  const { kubectl, wire } = stage.rig;
  const metadata = { name: "storefront-jaeger", namespace: "shop" };
  const ports = [{ name: "query", port: 16_686 }];
  await kubectl.apply({ apiVersion: "v1", kind: "Service", metadata, spec: { ports } });
  const pod = { apiVersion: "v1", kind: "Pod", metadata };
  const containers = [{ name: "jaeger", image: "none" }];
  const stored = await kubectl.apply({ ...pod, spec: { containers } });
  const status = { podIP: address, podIPs: [{ ip: address }] };
  await kubectl.replaceStatus({ ...stored, status });
  // The API server calls addresses of pods only, whatever an Endpoints says.
  const targetRef = { kind: "Pod", ...metadata };
  await kubectl.apply({
    apiVersion: "v1",
    kind: "Endpoints",
    metadata,
    subsets: [{ addresses: [{ ip: address, targetRef }], ports: [{ name: "query", port }] }],
  });
  try {
    const door = jaeger("http://storefront-jaeger.shop.svc:16686", proxyFetch(wire));
    const search = { service: "orders", limit: 1, from: 0, to: 1 };
    // The API server sees endpoints when its own watch has told it.
    const found = until({ what: "an answer", seconds: 30 }, () => door.search(search));
    expect(await found).toEqual([]);
    expect(asked).toEqual(["GET", "/api/traces?service=orders&limit=1&start=0&end=1000000"]);
  } finally {
    backend.close();
  }
});

test("bundled into one file, it carries its page", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flashcard-otel-console-"));
  const file = join(folder, "console.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "main.ts")],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["esbuild"],
    define: { CONSOLE_PAGE: JSON.stringify(await buildPage()) },
    banner: {
      js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`,
    },
    logLevel: "error",
  });
  const child = spawn(process.execPath, [file, "--kubeconfig", stage.rig.kubeconfig]);
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const entrance = new URL(/http:\S+/.exec(line.toString())?.[0] ?? "");
    const cookie = (await fetch(entrance)).headers.get("set-cookie")?.split(";")[0] ?? "";
    const script = await fetch(new URL("/page.js", entrance), { headers: { cookie } });
    expect((await script.text()).length).toBeGreaterThan(20_000);
  } finally {
    child.kill();
    await rm(folder, { recursive: true });
  }
});

test("the command serves until it is told to end, and refuses whoever has not its token", async () => {
  const end = new AbortController();
  const said: string[] = [];
  let heard: (url: string) => void;
  const url = new Promise<string>((resolve) => {
    heard = resolve;
  });
  const over = run(["--kubeconfig", stage.rig.kubeconfig], {
    out: (line) => heard(/http:\S+/.exec(line)?.[0] ?? ""),
    err: (line) => said.push(line),
    signal: end.signal,
  });
  const entrance = new URL(await url);
  expect((await fetch(entrance.origin)).status).toBe(401);
  const { headers } = await fetch(entrance);
  const cookie = headers.get("set-cookie")?.split(";")[0] ?? "";
  expect(await (await fetch(entrance.origin, { headers: { cookie } })).text()).toContain("page.js");
  end.abort();
  expect(await over).toBe(0);
  expect(said).toEqual([]);
});

test.each([
  [["--port", "many"], 2, "a port is a number"],
  [["--kubeconfig", "/nowhere"], 1, "/nowhere"],
  [["--colour"], 2, "usage:"],
])("%j ends with a sentence", async (argv, code, sentence) => {
  const said: string[] = [];
  const io = {
    out: () => undefined,
    err: (line: string) => void said.push(line),
    signal: AbortSignal.abort(),
  };
  expect(await run(argv, io)).toBe(code);
  expect(said.join("\n")).toContain(sentence);
});
