/** `k6 run loadtest/overhead.ts` as users run it: two services, two meters, the real k6. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { k6Program } from "./testing/k6.ts";
import { freePort } from "../tools/ports.ts";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const MINUTES = 60_000;

const children: ChildProcess[] = [];
let k6 = "";

const start = (file: string, env: Record<string, string>): ChildProcess => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", here(file)], {
    env: { ...process.env, NODE_OPTIONS: "", ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  children.push(child);
  return child;
};

const answers = async (url: string): Promise<void> => {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((again) => setTimeout(again, 50));
  }
};

/** A service and its meter. */
const side = async (env: Record<string, string>): Promise<{ url: string; meter: string }> => {
  const [port, meterPort] = [await freePort(), await freePort()];
  const { pid } = start("testing/app.ts", { PORT: String(port), ...env });
  start("meter.ts", { METER_PORT: String(meterPort), METER_PIDS: String(pid) });
  const [url, meter] = [port, meterPort].map((at) => `http://127.0.0.1:${at}`);
  if (!url || !meter) throw new Error("there are two addresses");
  await Promise.all([answers(`${url}/readyz`), answers(`${meter}/healthz`)]);
  return { url: `${url}/items`, meter };
};

const run = async (env: Record<string, string>): Promise<{ code: number | null; said: string }> => {
  const child = spawn(k6, ["run", "--no-usage-report", here("overhead.ts")], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const ended = new Promise<number | null>((closed) => {
    child.once("close", closed);
  });
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, said: out + err };
};

beforeAll(async () => {
  k6 = await k6Program();
}, 10 * MINUTES);

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

describe("k6 run loadtest/overhead.ts", () => {
  const measured = async (rounds: string, margin: string) => {
    const [plain, instrumented] = [await side({ ROUNDS: "200" }), await side({ ROUNDS: rounds })];
    return run({
      PLAIN_URL: plain.url,
      INSTRUMENTED_URL: instrumented.url,
      PLAIN_METER_URL: plain.meter,
      INSTRUMENTED_METER_URL: instrumented.meter,
      WARMUP_ITEMS: "200",
      ITEMS_PER_BLOCK: "50",
      MARGIN_PERCENT: margin,
    });
  };

  test(
    "a service that does twice the work exceeds the limit: exit code 99",
    async () => {
      const { code, said } = await measured("400", "20");
      expect(said).toMatch(/Failed: the instrumented service uses \+\d/);
      expect(code).toBe(99);
    },
    3 * MINUTES,
  );

  test(
    "one that does the same stays within a roomy one: exit code 0",
    async () => {
      const { code, said } = await measured("200", "60");
      expect(said).toMatch(/Passed: the instrumented service uses/);
      expect(code).toBe(0);
    },
    3 * MINUTES,
  );

  test(
    "what is missing is named",
    async () => {
      const { code, said } = await run({ PLAIN_URL: "http://127.0.0.1:1/" });
      expect(said).toContain("INSTRUMENTED_URL is not set: give a URL; PLAIN_METER_URL is not set");
      expect(code).not.toBe(0);
    },
    MINUTES,
  );
});
