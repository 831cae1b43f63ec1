/** kubectl and helm against one cluster, as a user would call them. */
import { type ChildProcess, spawn } from "node:child_process";

export interface Tools {
  kubectl: string;
  helm: string;
  kubeconfig: string;
}

export interface CallOptions {
  /** Text for standard input. */
  input?: string;
  seconds?: number;
}

/** Runs a program to its end; its standard output, or an error that carries what it printed. */
const call = (
  [program, ...args]: [string, ...string[]],
  env: NodeJS.ProcessEnv,
  { input = "", seconds = 120 }: CallOptions,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env,
      stdio: ["pipe", "pipe", "pipe"],
      timeout: seconds * 1000,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => {
      const text = Buffer.concat(out).toString();
      if (code === 0) return resolve(text);
      reject(
        new Error(
          `${program} ${args.join(" ")} ended with ${code ?? `no code after ${seconds} s`}: ${Buffer.concat(err).toString().trim() || text}`,
        ),
      );
    });
    // One that has ended before it read tells why by its code.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });

const environment = ({ kubeconfig }: Tools): NodeJS.ProcessEnv => ({
  ...process.env,
  KUBECONFIG: kubeconfig,
});

export const kubectl = (tools: Tools, args: string[], options: CallOptions = {}): Promise<string> =>
  call([tools.kubectl, ...args], environment(tools), options);

export const helm = (tools: Tools, args: string[], options: CallOptions = {}): Promise<string> =>
  call([tools.helm, ...args], environment(tools), options);

/** The object or list as JSON; undefined when it does not exist. */
export const get = async <T>(tools: Tools, args: string[]): Promise<T | undefined> => {
  try {
    const text = await kubectl(tools, ["get", ...args, "-o", "json", "--ignore-not-found"]);
    return text.trim() === "" ? undefined : (JSON.parse(text) as T);
  } catch (error) {
    if (/doesn't have a resource type/.test(String(error))) return undefined;
    throw error;
  }
};

export interface Forward {
  url: string;
  stop: () => void;
}

const LISTENING = /Forwarding from 127\.0\.0\.1:(\d+)/;

/** A way from this machine to a Service, on a free local port, that works with every provider. */
export const forward = (
  tools: Tools,
  target: { namespace: string; service: string; port: number },
): Promise<Forward> =>
  new Promise((resolve, reject) => {
    const { namespace, service, port } = target;
    const child: ChildProcess = spawn(
      tools.kubectl,
      ["-n", namespace, "port-forward", `service/${service}`, `:${port}`],
      { env: environment(tools) },
    );
    let seen = "";
    const deadline = setTimeout(() => {
      child.kill();
      reject(
        new Error(
          `port-forward to ${namespace}/${service}:${port} was not listening after 30 s: ${seen}`,
        ),
      );
    }, 30_000);
    const read = (chunk: Buffer): void => {
      seen += chunk.toString();
      const local = LISTENING.exec(seen)?.[1];
      if (!local) return;
      clearTimeout(deadline);
      resolve({ url: `http://127.0.0.1:${local}`, stop: () => child.kill() });
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => {
      clearTimeout(deadline);
      reject(
        new Error(`port-forward to ${namespace}/${service}:${port} ended with ${code}: ${seen}`),
      );
    });
  });
