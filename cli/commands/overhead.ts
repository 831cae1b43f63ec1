/** `overhead`: the experiment of overhead/run.ts, with the agent that this program carries or the repository builds. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AGENT_FILE } from "../../agent/contract.ts";
import type { Files } from "../../overhead/agents.ts";
import { agentSource } from "../agent.ts";
import type { Io } from "../io.ts";
import { lines } from "../program.ts";
import { EXIT, Trouble } from "../trouble.ts";

/** Text of overhead/move.cjs, in the bundle (tools/cli.ts). */
declare const MOVE_SOURCE: string;

const HELP: readonly string[] = ["--help", "-h"];

const written = async (file: string, text: string): Promise<string> => {
  await writeFile(file, text);
  return file;
};

const carried: Files = {
  lean: (folder) => written(join(folder, AGENT_FILE), agentSource()),
  move: (folder) => written(join(folder, "move.cjs"), MOVE_SOURCE),
  full: () =>
    Promise.reject(
      new Error(
        "--agent stock: this program does not carry the OpenTelemetry SDK; measure your own copy, as in " +
          '--agent "node --require @opentelemetry/auto-instrumentations-node/register server.js", ' +
          "or run it in a clone of the repository: npm run overhead -- --agent stock",
      ),
    ),
};

export const overhead = async (argv: string[], io: Io): Promise<number> => {
  const { USAGE } = await import("../../overhead/options.ts");
  if (argv.some((word) => HELP.includes(word))) {
    io.print(`${USAGE}\n`);
    return EXIT.done;
  }
  if (process.platform !== "linux")
    throw new Trouble({
      what: "overhead needs Linux",
      why: "it reads from outside what each thread of your application has used, which only Linux tells so exactly",
      todo: "run it in a container or a virtual machine with Linux",
    });
  const { run } = await import("../../overhead/run.ts");
  const files =
    agentSource() === "" ? (await import("../../overhead/sources.ts")).sources : carried;
  const world = { cwd: process.cwd(), env: process.env, now: () => performance.now() };
  return run(argv, { ...lines(io), ...world }, files);
};
