/** Plain HTTP for the kubelet and for Prometheus. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Page {
  status: number;
  body: string;
  contentType?: string;
}

export interface Site {
  port: number;
  close: () => Promise<void>;
}

/** Serves one answer per path; a page that throws is a 500 with its message. */
export const serveSite = async (
  port: number,
  pages: Record<string, () => Page | Promise<Page>>,
): Promise<Site> => {
  const server = createServer((request, response) => {
    const page = pages[request.url?.split("?")[0] ?? ""];
    const answer = async (): Promise<Page> =>
      page ? page() : { status: 404, body: "not found\n" };
    void answer()
      .catch((error: unknown): Page => ({ status: 500, body: `${String(error)}\n` }))
      .then(({ status, body, contentType = "text/plain; charset=utf-8" }) => {
        response.writeHead(status, { "content-type": contentType }).end(body);
      });
  });
  server.headersTimeout = 5000;
  server.requestTimeout = 5000;
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => resolve());
  });

/** 200 when nothing is wrong, else 503 with the sentence. */
export const verdictPage = (wrong: string | undefined): Page =>
  wrong === undefined ? { status: 200, body: "ok\n" } : { status: 503, body: `${wrong}\n` };
