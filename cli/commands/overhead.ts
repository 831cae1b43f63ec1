/** `overhead`: the experiment of overhead/run.ts, where its sources are. */
import { agentSource } from "../agent.ts";
import type { Io } from "../io.ts";
import { lines } from "../program.ts";
import { EXIT, Trouble } from "../trouble.ts";

const HELP: readonly string[] = ["--help", "-h"];

export const overhead = async (argv: string[], io: Io): Promise<number> => {
  const { USAGE } = await import("../../overhead/options.ts");
  if (argv.some((word) => HELP.includes(word))) {
    io.print(`${USAGE}\n`);
    return EXIT.done;
  }
  // Only the bundle carries the agent's text, and it carries nothing else that the experiment starts.
  if (agentSource() !== "")
    throw new Trouble({
      what: "overhead runs from the repository only",
      why: "it builds the agent from its sources and loads files of the repository into your application",
      todo: "in a clone of the repository, after npm ci: npm run overhead -- --app COMMAND --url URL",
    });
  const { run } = await import("../../overhead/run.ts");
  const world = { cwd: process.cwd(), env: process.env, now: () => performance.now() };
  return run(argv, { ...lines(io), ...world });
};
