/** A collector that does what it should until it turns bad, and then what its fault says. */
import { EventEmitter, once } from "node:events";
import { createServer as createHttp, type Server as HttpServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTls, type Server as TlsServer } from "node:tls";
import { NAME, type Certificates } from "./certificates.ts";
import type { Fault } from "./faults.ts";

export interface Collector {
  endpoint: string;
  /** Resolves when something has arrived in good order. */
  delivered: () => Promise<void>;
  /** Resolves when the agent has met the fault, where that can be seen. */
  turnBad: () => Promise<void>;
  close: () => void;
}

const MEET_MS = 10_000;

/** Waits for `count` to rise above zero; the matrix says which agent never came. */
class Count {
  private readonly bell = new EventEmitter();
  private readonly what: string;
  private total = 0;

  constructor(what: string) {
    this.what = what;
  }

  add(): void {
    this.total++;
    this.bell.emit("added");
  }

  async some(): Promise<void> {
    if (this.total > 0) return;
    await once(this.bell, "added", { signal: AbortSignal.timeout(MEET_MS) }).catch(() => {
      throw new Error(`waited ${MEET_MS} ms for the agent to ${this.what}`);
    });
  }
}

class Faulty implements Collector {
  endpoint = "";
  private readonly fault: Fault;
  private readonly certificates: Certificates;
  private bad: boolean;
  private readonly sockets = new Set<Socket>();
  private readonly good = new Count("deliver");
  private readonly met = new Count("meet the fault");
  private readonly http: HttpServer;
  private readonly server: Server | TlsServer;

  constructor(fault: Fault, bad: boolean, certificates: Certificates) {
    this.fault = fault;
    this.bad = bad;
    this.certificates = certificates;
    this.http = this.httpServer();
    this.server = fault.tls === undefined ? createServer({ allowHalfOpen: true }) : this.secure();
    this.server.on("connection", (socket: Socket) => this.keep(socket));
    const spoken = fault.tls === undefined ? "connection" : "secureConnection";
    this.server.on(spoken, (socket: Socket) => this.serve(socket));
  }

  async open(): Promise<void> {
    const host = this.fault.tls === undefined ? "127.0.0.1" : NAME;
    this.server.listen(0, host);
    await once(this.server, "listening");
    const { port } = this.server.address() as AddressInfo;
    const scheme = this.fault.tls === undefined ? "http" : "https";
    this.endpoint = this.fault.endpoint?.(port) ?? `${scheme}://${host}:${port}`;
    if (this.fault.gone && this.bad) this.server.close();
  }

  delivered(): Promise<void> {
    return this.good.some();
  }

  async turnBad(): Promise<void> {
    const { gone, tls, answer } = this.fault;
    this.bad = true;
    if (gone) this.server.close();
    if (tls) (this.server as TlsServer).setSecureContext(this.certificate());
    // What only answers badly does so on the connection that is there.
    if (!answer) this.hangUp();
    if (!gone) await this.met.some();
  }

  close(): void {
    this.server.close();
    this.hangUp();
  }

  private httpServer(): HttpServer {
    return createHttp((request, response) => {
      request.resume();
      request.on("error", () => undefined);
      response.on("error", () => undefined);
      if (this.bad) this.met.add();
      if (this.bad && this.fault.answer) return this.fault.answer(request, response);
      response.end();
      request.once("end", () => this.good.add());
    });
  }

  private secure(): TlsServer {
    return createTls(this.certificate()).on("tlsClientError", () => {
      if (this.bad) this.met.add();
    });
  }

  private certificate(): { key: string; cert: string } {
    const { tls = "good" } = this.fault;
    const { certificate, key } = this.certificates[this.bad ? tls : "good"];
    return { key, cert: certificate };
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.sockets.delete(socket));
  }

  private serve(socket: Socket): void {
    socket.on("error", () => undefined);
    if (!this.bad || !this.fault.serve) return void this.http.emit("connection", socket);
    this.met.add();
    this.fault.serve(socket);
  }

  private hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

/** `bad` from the start, or only from `turnBad` on. */
export async function openCollector(
  fault: Fault,
  bad: boolean,
  certificates: Certificates,
): Promise<Collector> {
  if (fault.elsewhere) {
    const nothing = async (): Promise<void> => undefined;
    return { ...(await fault.elsewhere()), delivered: nothing, turnBad: nothing };
  }
  const collector = new Faulty(fault, bad, certificates);
  await collector.open();
  return collector;
}
