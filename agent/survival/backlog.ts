/** A collector that listens and never accepts: once its queue is full, connecting hangs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";

export interface Elsewhere {
  endpoint: string;
  close: () => void;
}

const LISTEN = `
const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  require("node:fs").writeSync(1, String(server.address().port) + "\\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** Linux lets in one more than it is told. */
const ROOM = 2;

export async function fullBacklog(): Promise<Elsewhere> {
  const child = spawn(process.execPath, ["-e", LISTEN], { stdio: ["ignore", "pipe", "ignore"] });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  const fillers = Array.from({ length: ROOM }, () => connect(Number(port.toString()), "127.0.0.1"));
  await Promise.all(fillers.map((filler) => once(filler, "connect")));
  return {
    endpoint: `http://127.0.0.1:${port.toString().trim()}`,
    close: () => {
      for (const filler of fillers) filler.on("error", () => undefined).destroy();
      child.kill("SIGKILL");
    },
  };
}
