/**
 * `flashcard-otel console`: a page on loopback about the migrations that the user's own kubeconfig can see.
 *
 *   node bin/run.js console/main.ts [--context C] [--kubeconfig F] [-n NAMESPACE] [--port P]
 *
 * Exit codes: 0 ended by the user, 1 the cluster cannot be reached, 2 an argument is wrong.
 */
import { HELP, type Options, optionsIn } from "./options.ts";

export interface Io {
  out: (line: string) => void;
  err: (line: string) => void;
  /** Ends the console. */
  signal: AbortSignal;
}

/** For the command line too; resolves with the exit code when it is over. */
export const run = async (argv: string[], io: Io): Promise<number> => {
  let options: Options;
  try {
    options = optionsIn(argv);
  } catch (error) {
    io.err(`${(error as Error).message}\n${HELP}`);
    return 2;
  }
  if (options.help) {
    io.out(HELP);
    return 0;
  }
  try {
    return await stay(options, io);
  } catch (error) {
    io.err(`the console cannot start: ${(error as Error).message}`);
    return 1;
  }
};

const stay = async (options: Options, { out, signal }: Io): Promise<number> => {
  // Loaded here, so that help and a wrong argument cost nothing.
  const { openConsole } = await import("./open.ts");
  const console = await openConsole(options);
  out(`open ${console.url}\nThe address works once. Ctrl-C ends the console.`);
  await aborted(signal);
  await console.stop();
  return 0;
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

if (import.meta.main) {
  const end = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => end.abort());
  // No await: in the bundle of the command line this is no module.
  void run(process.argv.slice(2), {
    out: (line) => console.log(line),
    err: (line) => console.error(line),
    signal: end.signal,
  }).then((code) => {
    process.exitCode = code;
  });
}
