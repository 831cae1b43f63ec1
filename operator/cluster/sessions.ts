/**
 * Long answers on few connections: HTTP/2, as other Kubernetes clients speak it. A watch with a connection of its own takes some
 * 130 kB beside the heap, a stream 20 kB.
 */
import type { EventEmitter } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as speak,
  constants,
} from "node:http2";
import type { RequestOptions } from "node:https";
import { connect as dial, type ConnectionOptions } from "node:tls";

export interface Opened {
  status: number;
  /** Throws when it is cut off. */
  body: AsyncIterable<string>;
}

export interface Asking {
  url: URL;
  /** Headers, and what TLS needs to know of the server and of us. */
  options: RequestOptions;
  signal: AbortSignal;
}

/** Resolves to nothing, without having asked, where the server does not speak HTTP/2. */
export type OpenStream = (asking: Asking) => Promise<Opened | undefined>;

export interface Limits {
  /** On one connection, also where the server would allow more: what is lost with it is asked for anew all at once. */
  streams: number;
  /** For a connection to be there. */
  dialMs: number;
  /** So often a connection is asked for a sign of life; it is dead when the next question comes first. */
  pingMs: number;
}

const LIMITS: Limits = { streams: 200, dialMs: 15_000, pingMs: 20_000 };

export const sharing = (limits: Partial<Limits> = {}): OpenStream => {
  const known = { ...LIMITS, ...limits };
  const connections = new Set<Connection>();
  let dialling: Promise<void> | undefined;
  let isRefused = false;

  const another = async (asking: Asking): Promise<void> => {
    const session = await dialled(asking, known.dialMs);
    isRefused = session === undefined;
    if (!session) return;
    const connection = new Connection(session, known);
    connections.add(connection);
    session.once("close", () => connections.delete(connection));
  };

  const open: OpenStream = async (asking) => {
    asking.signal.throwIfAborted();
    if (isRefused) return undefined;
    const connection = [...connections].find((one) => one.hasRoom());
    if (connection) return connection.ask(asking);
    dialling ??= another(asking).finally(() => {
      dialling = undefined;
    });
    await unlessAborted(dialling, asking.signal);
    return open(asking);
  };
  return open;
};

const unlessAborted = async (work: Promise<void>, signal: AbortSignal): Promise<void> => {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
};

/** Ready to be asked: the server has said how much it allows. */
const dialled = async (
  { url, options }: Asking,
  ms: number,
): Promise<ClientHttp2Session | undefined> => {
  const { agent: _, headers: __, ...tls } = options;
  const socket = dial({
    ...(tls as ConnectionOptions),
    host: url.hostname.replaceAll(/[[\]]/g, ""),
    port: Number(url.port) || 443,
    ALPNProtocols: ["h2", "http/1.1"],
  });
  const late = setTimeout(
    () => socket.destroy(new Error(`${url.host} was not ready within ${ms} ms`)),
    ms,
  );
  try {
    await first(socket, "secureConnect");
    if (socket.alpnProtocol !== "h2") {
      socket.destroy();
      return undefined;
    }
    const session = speak(url.origin, { createConnection: () => socket });
    await first(session, "remoteSettings");
    return session;
  } finally {
    clearTimeout(late);
  }
};

/** A stream whose connection is lost ends as if all had been said. */
async function* wholeOf(stream: ClientHttp2Stream): AsyncGenerator<string> {
  yield* stream.setEncoding("utf8") as AsyncIterable<string>;
  if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) throw new Error("the connection has ended");
}

/** The event; an error or the end before it fails. */
const first = (emitter: EventEmitter, event: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    emitter.on(event, resolve);
    emitter.on("error", reject);
    emitter.on("close", () => reject(new Error("the connection has ended")));
  });

/** For as long as somebody reads from it. */
class Connection {
  readonly #session: ClientHttp2Session;
  readonly #most: number;
  #streams = 0;

  constructor(session: ClientHttp2Session, { streams, pingMs }: Limits) {
    this.#session = session;
    const { maxConcurrentStreams: allowed = streams } = session.remoteSettings;
    // One that allows none would be dialled for ever; its refusal is an answer.
    this.#most = Math.max(1, Math.min(streams, allowed));
    const pinging = setInterval(this.#pinger(), pingMs);
    session.once("close", () => clearInterval(pinging));
  }

  /** A network that loses everything would keep it, and each new watch on it, until TCP gives up after a quarter of an hour. */
  #pinger(): () => void {
    let isAlive = true;
    return () => {
      // Sent away, it ends with its last stream, and answers no question any more.
      if (this.#session.closed) return;
      if (!isAlive) {
        this.#session.destroy(new Error("the connection to the API server is dead"));
        return;
      }
      isAlive = false;
      this.#session.ping((error) => {
        isAlive = error === null;
      });
    };
  }

  hasRoom(): boolean {
    const { closed, destroyed } = this.#session;
    return !closed && !destroyed && this.#streams < this.#most;
  }

  async ask({ url, options: { headers, auth }, signal }: Asking): Promise<Opened> {
    const basic = auth && { authorization: `Basic ${Buffer.from(auth).toString("base64")}` };
    const path = { ":path": `${url.pathname}${url.search}` };
    const asked = { ...(headers as Record<string, string>), ...basic, ...path };
    const stream: ClientHttp2Stream = this.#session.request(asked, { signal });
    this.#streams += 1;
    stream.once("close", () => {
      this.#streams -= 1;
      if (this.#streams === 0) this.#session.close();
    });
    const answer = (await first(stream, "response")) as { ":status"?: number };
    return { status: answer[":status"] ?? 0, body: wholeOf(stream) };
  }
}
