import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import https from "node:https";
import os from "node:os";
import path from "node:path";
import tls from "node:tls";
import { issue, type Issued } from "./certificates.ts";
import { AGENT_ANNOTATION } from "./names.ts";
import { serveWebhook, type Webhook } from "./serve.ts";

const NAME = "hook.flashcard-otel.svc";
const counted: string[] = [];
let folder = "";
let webhook: Webhook;

const start = (): Promise<Webhook> =>
  serveWebhook(
    {
      port: 0,
      certificateFolder: folder,
      serverName: NAME,
      images: { operator: "operator:1" },
      reloadMs: 20,
    },
    {
      count: (outcome) => counted.push(outcome),
      log: { info: () => undefined, warn: () => undefined },
    },
  );

const mount = async ({ ca, certificate, key }: Issued): Promise<void> => {
  await writeFile(path.join(folder, "ca.crt"), ca);
  await writeFile(path.join(folder, "tls.crt"), certificate);
  await writeFile(path.join(folder, "tls.key"), key);
};

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let turn = 0; turn < 100; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  throw new Error("it never came true");
};

interface Call {
  ca: string;
  body?: string;
  path?: string;
}

const call = ({
  ca,
  body = "{}",
  path: where = "/mutate",
}: Call): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const request = https.request(
      { host: "127.0.0.1", port: webhook.port, servername: NAME, ca, method: "POST", path: where },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
      },
    );
    request.on("error", reject);
    request.end(body);
  });

const pod = JSON.stringify({
  request: {
    uid: "u-1",
    object: {
      metadata: { annotations: { [AGENT_ANNOTATION]: "lean@0123456789" } },
      spec: { containers: [{ name: "app" }] },
    },
  },
});

beforeEach(async () => {
  counted.length = 0;
  folder = await mkdtemp(path.join(os.tmpdir(), "webhook-"));
});

afterEach(async () => {
  await webhook.close();
  await rm(folder, { recursive: true });
});

describe("the webhook's server", () => {
  test("is not ready while it has no certificate, and becomes ready when one is mounted", async () => {
    webhook = await start();
    expect(webhook.ready()).toBe(false);
    const issued = await issue([NAME], new Date());
    await mount(issued);
    await until(() => webhook.ready());
    const { status, text } = await call({ ca: issued.ca, body: pod });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ response: { uid: "u-1", allowed: true } });
    expect(counted).toEqual(["injected"]);
  });

  test("is not ready with a certificate that its CA did not sign", async () => {
    const [issued, other] = await Promise.all([
      issue([NAME], new Date()),
      issue([NAME], new Date()),
    ]);
    await mount({ ...issued, ca: other.ca });
    webhook = await start();
    expect(webhook.ready()).toBe(false);
    await mount(issued);
    await until(() => webhook.ready());
  });

  test("exchanges its certificate without a restart and without a failed call", async () => {
    const before = await issue([NAME], new Date());
    await mount(before);
    webhook = await start();
    expect(webhook.ready()).toBe(true);
    const after = await issue([NAME], new Date(), before.ca);
    await mount(after);
    const newCa = /-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/.exec(after.ca)?.[0];
    expect(newCa?.length).toBeLessThan(after.ca.length / 1.5);
    // Clients that know both CAs are served throughout, and in the end those that know only the new one.
    await until(async () => {
      expect((await call({ ca: after.ca, body: pod })).status).toBe(200);
      return call({ ca: newCa ?? "", body: pod }).then(
        () => true,
        () => false,
      );
    });
    expect(webhook.ready()).toBe(true);
  });

  test("keeps serving the old certificate when the new one is half written", async () => {
    const issued = await issue([NAME], new Date());
    await mount(issued);
    webhook = await start();
    await writeFile(path.join(folder, "tls.crt"), "-----BEGIN CERTIFICATE-----\nAAA");
    await new Promise((resolve) => {
      setTimeout(resolve, 80);
    });
    expect((await call({ ca: issued.ca, body: pod })).status).toBe(200);
  });

  test("refuses what is too long or not an admission, and goes on", async () => {
    const issued = await issue([NAME], new Date());
    await mount(issued);
    webhook = await start();
    const long = "x".repeat(9 * 1024 * 1024);
    const answer = await call({ ca: issued.ca, body: long }).catch(() => ({ status: 413 }));
    expect(answer.status).toBe(413);
    expect((await call({ ca: issued.ca, path: "/other" })).status).toBe(404);
    expect((await call({ ca: issued.ca, body: "no json" })).status).toBe(200);
    expect((await call({ ca: issued.ca, body: pod })).status).toBe(200);
  });

  test("speaks nothing older than TLS 1.2", async () => {
    const issued = await issue([NAME], new Date());
    await mount(issued);
    webhook = await start();
    const answer = await new Promise((resolve) => {
      const { ca } = issued;
      const versions = { minVersion: "TLSv1", maxVersion: "TLSv1.1" } as const;
      const target = { host: "127.0.0.1", port: webhook.port, servername: NAME, ca, ...versions };
      const socket = tls.connect(target, () => resolve("connected"));
      socket.on("error", () => resolve("refused"));
    });
    expect(answer).toBe("refused");
  });

  test("is not ready once it drains", async () => {
    await mount(await issue([NAME], new Date()));
    webhook = await start();
    expect(webhook.ready()).toBe(true);
    const closing = webhook.close();
    expect(webhook.ready()).toBe(false);
    await closing;
    webhook = await start();
  });
});
