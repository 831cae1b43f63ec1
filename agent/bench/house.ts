/** A folder for everything temporary, and an end for every process, on every way out. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whoever makes a temporary file after this makes it in the folder, so that it goes with it. */
export const openHouse = (): void => {
  const folder = mkdtempSync(join(tmpdir(), "flashcard-bench-"));
  // PostgreSQL runs as somebody else.
  chmodSync(folder, 0o755);
  process.env["TMPDIR"] = folder;
  process.once("exit", () => {
    for (const pid of children()) end(pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
};

/** What is still there: after an orderly end nothing, after an error or a second Ctrl-C whatever it left. */
const children = (): number[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, "utf8")
    .split(" ")
    .filter(Boolean)
    .map(Number);

const end = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
};

const GRACE_MS = 10_000;
const INTERRUPTED = 130;

/** Aborted by the first signal: what runs ends in its own order. A second one, or ten seconds, end it at once. */
export const untilInterrupted = (): AbortSignal => {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort(new Error("interrupted"));
    setTimeout(() => process.exit(INTERRUPTED), GRACE_MS);
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  return controller.signal;
};
