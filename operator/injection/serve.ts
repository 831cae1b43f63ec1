/** The webhook's HTTPS server: certificates from a mounted Secret, exchanged while it runs; ready only after it has reached itself. */
import type { Server } from "node:https";
import https from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CertificateFiles, readCertificate } from "./files.ts";
import type { Images } from "./inject.ts";
import { reach } from "./reach.ts";
import { review } from "./webhook.ts";

export interface WebhookOptions {
  /** 0 picks a free port. */
  port: number;
  /** Folder of the mounted Secret: tls.crt, tls.key, ca.crt. It may be empty at first. */
  certificateFolder: string;
  /** A name in the certificate, for the self-call: `<service>.<namespace>.svc`. */
  serverName: string;
  images: Images;
  /** How often the folder is looked at; the default is 2000. */
  reloadMs?: number;
}

export interface WebhookReports {
  /** One outcome per admission: `injected`, a reason, or `Error`. */
  count: (outcome: string) => void;
  log: { info: (message: string) => void; warn: (message: string) => void };
}

export interface Webhook {
  port: number;
  /** True after a TLS connection to itself was verified against the CA that the API server uses. */
  ready: () => boolean;
  /** Lets requests in flight end. */
  close: () => Promise<void>;
}

const MAX_BODY = 8 * 1024 * 1024;
const MAX_IN_FLIGHT = 100;
const PATH = "/mutate";

export const serveWebhook = async (
  options: WebhookOptions,
  reports: WebhookReports,
): Promise<Webhook> => {
  const state = { ready: false, loaded: "" };
  const server = https.createServer({ minVersion: "TLSv1.2" }, handler(options.images, reports));
  limit(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, resolve);
  });
  // A broken handshake is the client's affair (probes, scanners, a certificate that is just being exchanged).
  server.on("tlsClientError", () => undefined);
  const { port } = server.address() as AddressInfo;
  const look = reloader({ server, port, options, state, reports });
  await look();
  const timer = setInterval(() => void look(), options.reloadMs ?? 2000);
  return {
    port,
    ready: () => state.ready,
    close: async () => {
      clearInterval(timer);
      state.ready = false;
      await drain(server);
    },
  };
};

/** Slow or silent clients must not hold memory. */
const limit = (server: Server): void => {
  server.headersTimeout = 5000;
  server.requestTimeout = 10_000;
  server.keepAliveTimeout = 60_000;
  server.maxHeadersCount = 100;
};

const drain = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });

interface Reloading {
  server: Server;
  port: number;
  options: WebhookOptions;
  state: { ready: boolean; loaded: string };
  reports: WebhookReports;
}

/** One look at the folder; never throws and never runs twice at once. */
const reloader = (reloading: Reloading): (() => Promise<void>) => {
  let busy = false;
  return async () => {
    if (busy) return;
    busy = true;
    try {
      await reload(reloading);
    } catch (error) {
      reloading.reports.log.warn(`reloading the webhook's certificate: ${String(error)}`);
    } finally {
      busy = false;
    }
  };
};

const reload = async ({ server, port, options, state, reports }: Reloading): Promise<void> => {
  const files = await readCertificate(options.certificateFolder);
  if (!files) return;
  if (files.fingerprint === state.loaded && state.ready) return;
  // The old context stays in use when this throws, so a half-written folder costs nothing.
  server.setSecureContext(contextOf(files));
  state.ready = await reach({ port, serverName: options.serverName, ca: files.ca });
  if (files.fingerprint === state.loaded) return;
  state.loaded = files.fingerprint;
  const { log } = reports;
  if (state.ready) log.info(`serving certificate ${files.fingerprint}`);
  else log.warn(`certificate ${files.fingerprint} does not verify against ca.crt`);
};

const contextOf = ({ certificate, key }: CertificateFiles) => ({
  cert: certificate,
  key,
  minVersion: "TLSv1.2" as const,
});

const handler = (images: Images, { count, log }: WebhookReports) => {
  let inFlight = 0;
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (request.method !== "POST" || request.url?.split("?")[0] !== PATH) {
      end(response, 404);
      return;
    }
    // The API server fails open at anything but 200, so saying no is safe.
    if (inFlight >= MAX_IN_FLIGHT) {
      end(response, 503);
      return;
    }
    inFlight += 1;
    response.on("close", () => {
      inFlight -= 1;
    });
    const answer = async (): Promise<void> => {
      const body = await bodyOf(request);
      if (body === undefined) {
        end(response, 413);
        return;
      }
      const { body: text, outcome } = review(body, images);
      count(outcome);
      response.setHeader("content-type", "application/json");
      response.end(text);
    };
    answer().catch((error: unknown) => {
      log.warn(`answering an admission: ${String(error)}`);
      end(response, 500);
    });
  };
};

const end = (response: ServerResponse, status: number): void => {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { connection: "close" }).end();
};

/** Undefined when it is too long. */
const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};
