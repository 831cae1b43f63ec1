/**
 * One kept-alive connection to the collector, one request at a time, in order. A raw socket: `http.request` costs three times
 * as much per batch and would run through the very hooks that call it. Nothing here keeps the process alive or waits for it.
 */
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectSecure, type ConnectionOptions } from "node:tls";
import { stats } from "../core/stats.ts";
import { chargeMs } from "../core/timing.ts";
import { after, every, guarded, stop, type Timer } from "../core/timers.ts";
import type { Address } from "./address.ts";
import { ResponseReader, type Answer } from "./response.ts";

export interface Post {
  path: string;
  /** Written one after the other; not to be touched before `done`. */
  parts: Uint8Array[];
  /** The bytes are free again: delivered, refused for good, or given up. */
  done: (delivered: boolean) => void;
}

interface Pending extends Post {
  attempts: number;
}

const WAITING = 8;
const ATTEMPTS = 6;
const ANSWER_MS = 10_000;
const CONNECT_MS = 3000;
const LOOK_MS = 50;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Ours while we connect, and the standard streams, which are listed and keep nothing alive. A wrong guess costs one attempt. */
const CONNECTING = new Set([
  "ConnectWrap",
  "TCPConnectWrap",
  "GetAddrInfoReqWrap",
  "PipeWrap",
  "TTYWrap",
]);
/** As it was: an application may take it away. Not `node:process`, which opens the standard streams on Node 18. */
const { process } = globalThis;
const aloneAlive = (): boolean =>
  process.getActiveResourcesInfo?.().every((resource) => CONNECTING.has(resource)) ?? false;

/** The kernel's part of a post and of its answer, and waking up for it: what no clock in here sees (`docs/decisions/0005`). */
const POST_MS = 0.5;

/** An address is no server name: Node would print a warning among the application's lines. */
const secureOptions = ({ host, port }: Address): ConnectionOptions => ({
  host,
  port,
  ALPNProtocols: ["http/1.1"],
  ...(isIP(host) === 0 ? { servername: host } : {}),
});

/** As OTLP has it: of all others, the same request would only be answered in the same way. */
const RETRIED = new Set([429, 502, 503, 504]);

export class Connection {
  private readonly address: Address;
  private readonly waiting: Pending[] = [];
  private travelling: Pending | null = null;
  private socket: Socket | null = null;
  private answered = 0;
  private deadline: Timer | null = null;
  private pause: Timer | null = null;
  private failures = 0;

  constructor(address: Address) {
    this.address = address;
  }

  /** False when too much is waiting already; the caller keeps what it has. */
  post(post: Post): boolean {
    if (this.waiting.length >= WAITING) {
      stats.droppedPosts++;
      return false;
    }
    this.waiting.push({ ...post, attempts: 0 });
    this.next();
    return true;
  }

  /** So that a short-lived process has a connection when it ends. */
  open(): void {
    if (this.socket === null && this.pause === null) this.connect();
  }

  /** Last words: written to a connected socket the kernel delivers them even though this process is ending. */
  pushAll(): void {
    if (this.socket === null || this.socket.connecting) return;
    for (const post of this.waiting.splice(0)) this.write(this.socket, post);
  }

  private next(): void {
    if (this.travelling !== null || this.pause !== null) return;
    const post = this.waiting.shift();
    if (post === undefined) return;
    this.travelling = post;
    post.attempts++;
    // First, so that a connection that cannot even be asked for is a lost one.
    this.deadline = after(ANSWER_MS, () => this.lost());
    this.write(this.socket ?? this.connect(), post);
  }

  private write(socket: Socket, post: Post): void {
    const length = post.parts.reduce((sum, part) => sum + part.length, 0);
    const { basePath, headers } = this.address;
    stats.bytes += length;
    chargeMs(POST_MS);
    socket.cork();
    socket.write(`POST ${basePath}${post.path} HTTP/1.1\r\n${headers}${length}\r\n\r\n`, "latin1");
    for (const part of post.parts) socket.write(part);
    socket.uncork();
  }

  private connect(): Socket {
    const { host, port, secure } = this.address;
    const socket = secure
      ? connectSecure(secureOptions(this.address))
      : connectPlain({ host, port });
    const reader = new ResponseReader();
    socket.unref();
    socket.setNoDelay(true);
    const read = (chunk: Buffer): void => this.received(socket, reader.read(chunk));
    // Both arrive after most failures; the first to come settles the matter.
    const gone = guarded(() => this.gone(socket));
    socket.on("data", guarded(read)).on("error", gone).on("close", gone);
    this.socket = socket;
    this.answered = 0;
    this.watchConnecting(socket, secure ? "secureConnect" : "connect");
    return socket;
  }

  /** A pending connect keeps the process alive although its socket does not: it is dropped when it is all that does, or too slow. */
  private watchConnecting(socket: Socket, connected: string): void {
    let left = CONNECT_MS / LOOK_MS;
    const watch = every(LOOK_MS, () => {
      if (--left === 0 || aloneAlive()) this.gone(socket);
    });
    const settled = (): void => stop(watch);
    socket.once(connected, settled);
    socket.once("close", settled);
  }

  private received(socket: Socket, progress: Answer | "more" | "garbage"): void {
    if (socket !== this.socket || progress === "more") return;
    if (progress === "garbage" || this.travelling === null) return this.lost();
    if (!progress.reusable) this.hangUp();
    this.answered++;
    this.settle(progress);
  }

  private settle({ status, retryAfterSeconds }: Answer): void {
    if (status >= 200 && status < 300) return this.finish(true);
    stats.failedPosts++;
    if (!RETRIED.has(status)) return this.finish(false);
    this.again(retryAfterSeconds * 1000);
  }

  private finish(delivered: boolean): void {
    const post = this.travelling;
    this.travelling = null;
    this.failures = 0;
    this.clearDeadline();
    post?.done(delivered);
    this.next();
  }

  private gone(socket: Socket): void {
    if (socket === this.socket) this.lost();
  }

  private lost(): void {
    const wasInUse = this.answered > 0;
    this.hangUp();
    if (this.travelling === null) return;
    stats.failedPosts++;
    // A server may close an idle connection in the moment we use it: that is no failure, so no pause.
    if (wasInUse && this.travelling.attempts === 1) return this.requeue();
    this.again(0);
  }

  private again(leastMs: number): void {
    if ((this.travelling?.attempts ?? 0) >= ATTEMPTS) {
      stats.droppedPosts++;
      this.finish(false);
      return;
    }
    const backoff = FIRST_PAUSE_MS * 2 ** this.failures++ * (0.75 + Math.random() / 2);
    const ms = Math.min(LONGEST_PAUSE_MS, Math.max(leastMs, backoff));
    this.pause = after(ms, () => {
      this.pause = null;
      this.next();
    });
    this.requeue();
  }

  private requeue(): void {
    const post = this.travelling;
    this.travelling = null;
    this.clearDeadline();
    if (post !== null) this.waiting.unshift(post);
    this.next();
  }

  private hangUp(): void {
    const { socket } = this;
    this.socket = null;
    socket?.destroy();
  }

  private clearDeadline(): void {
    stop(this.deadline);
    this.deadline = null;
  }
}
