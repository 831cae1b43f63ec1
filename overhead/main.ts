/** `node bin/run.js overhead/main.ts`: see run.ts. */
import { run } from "./run.ts";
import { sources } from "./sources.ts";

const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(name, () => controller.abort(new Error("interrupted")));

process.exit(
  await run(
    process.argv.slice(2),
    {
      out: (line) => console.log(line),
      err: (line) => console.error(line),
      // Under npm the folder in which the command was typed.
      cwd: process.env["INIT_CWD"] ?? process.cwd(),
      env: process.env,
      now: () => performance.now(),
      signal: controller.signal,
    },
    sources,
  ),
);
