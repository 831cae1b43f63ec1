/** Requests as fast as they are answered, over a few kept-alive connections; raw, so that two cores suffice for both ends. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const CONNECTIONS = 8;
const PATHS = 1000;
const STATUS = "HTTP/1.1 200";

export class Load {
  private readonly sockets: Socket[];
  private sent = 0;
  private wanted = 0;
  private answered = 0;
  private finished: () => void = () => undefined;
  private failed: (error: Error) => void = () => undefined;

  private constructor(sockets: Socket[]) {
    this.sockets = sockets;
    for (const socket of sockets) {
      socket.on("data", (chunk) => this.receive(socket, chunk));
      socket.on("close", () => this.failed(new Error("the service hung up")));
    }
  }

  static async to(port: number): Promise<Load> {
    const sockets = Array.from({ length: CONNECTIONS }, () => connect(port, "127.0.0.1"));
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    return new Load(sockets);
  }

  /** Resolves when that many more have been answered. */
  run(requests: number): Promise<void> {
    this.wanted += requests;
    return new Promise((resolve, reject) => {
      this.finished = resolve;
      this.failed = reject;
      for (const socket of this.sockets) this.ask(socket);
    });
  }

  end(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private ask(socket: Socket): void {
    if (this.sent === this.wanted) return;
    const path = `/items/${this.sent++ % PATHS}`;
    socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  }

  /** One request at a time per connection, and answers that fit into one packet. */
  private receive(socket: Socket, chunk: Buffer): void {
    if (!chunk.includes(STATUS)) return;
    this.answered++;
    if (this.answered === this.wanted) this.finished();
    else this.ask(socket);
  }
}
