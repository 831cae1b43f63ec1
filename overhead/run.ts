/**
 * What OpenTelemetry costs a Node service, without a cluster: the trial's experiment, engine and verdict on local processes.
 * Exit codes: 0 Passed, 1 Failed, 2 wrong arguments, 3 Inconclusive, 4 Error, 130 interrupted.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { together } from "../verdict/keys.ts";
import { agentOf, type Files } from "./agents.ts";
import { type Asked, marginalKey, wholeKey } from "./keys.ts";
import { type Options, optionsFrom, USAGE } from "./options.ts";
import { page } from "./page.ts";
import { progress } from "./progress.ts";
import { EXIT_CODES, type Found } from "./result.ts";
import type { Subject } from "./stage.ts";

export interface Io {
  out: (line: string) => void;
  err: (line: string) => void;
  /** Where the application is started and files are written. */
  cwd: string;
  env: Record<string, string | undefined>;
  /** Milliseconds. */
  now: () => number;
  signal: AbortSignal;
}

const INTERRUPTED = 130;

export const run = async (argv: string[], io: Io, programs: Files): Promise<number> => {
  let options: Options;
  try {
    options = optionsFrom(argv);
  } catch (error) {
    io.err(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  try {
    const found = await experiment(options, io, programs);
    io.out(`${found.verdict} ${found.reason}: ${found.message}`);
    await files(options, found, io);
    return EXIT_CODES[found.verdict];
  } catch (error) {
    io.err(io.signal.aborted ? "interrupted" : (error as Error).message);
    return io.signal.aborted ? INTERRUPTED : EXIT_CODES.Error;
  }
};

const experiment = async (options: Options, io: Io, programs: Files): Promise<Found> => {
  const { app: command, url, item, idlePath, budget, extent } = options;
  const { cwd, env, signal, now } = io;
  const began = now();
  const folder = await mkdtemp(join(tmpdir(), "flashcard-otel-overhead-"));
  try {
    const agent = await agentOf(options.agent, folder, programs);
    const move = await programs.move(folder);
    const subject: Subject = { command, cwd, env, url, item, idlePath, agent, move };
    const asked: Asked = { subject, budget, extent, watch: progress(io), tell: io.err, signal };
    const marginal = agent.toggled ? await marginalKey(asked) : undefined;
    const whole = await wholeKey(asked);
    const keys = { whole: whole.verdict, ...(marginal ? { marginal: marginal.verdict } : {}) };
    return {
      app: command,
      url: url.href,
      agent: agent.name,
      budget,
      ...together(keys, budget),
      marginal: marginal?.verdict ?? null,
      whole: whole.verdict,
      seconds: Math.round((now() - began) / 1000),
      evidence: { marginal: marginal?.evidence ?? null, whole: whole.evidence },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const files = async ({ json, html }: Options, found: Found, { cwd, out }: Io): Promise<void> => {
  const wanted: [string | undefined, () => string][] = [
    [json, () => `${JSON.stringify(found, undefined, 2)}\n`],
    [html, () => page(found)],
  ];
  for (const [file, text] of wanted) {
    if (file === undefined) continue;
    await writeFile(resolve(cwd, file), text());
    out(`written: ${resolve(cwd, file)}`);
  }
};
