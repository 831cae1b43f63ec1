import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ports kernels give to outgoing connections (from 32768 on Linux) and to
 * Kubernetes' node ports (from 30000): between our look and the server's own bind, only
 * somebody who picks at random too could take one.
 */
const FIRST = 20_000;
const COUNT = 10_000;

const given = new Set<number>();

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
};

/** A loopback port for a server that is about to start; never the same one twice in a process. */
export const freePort = async (): Promise<number> => {
  while (given.size < COUNT) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${FIRST} to ${FIRST + COUNT - 1} on 127.0.0.1`);
};
