#!/usr/bin/env node
/** `flashcard-otel`, also `kubectl flashcard-otel`. Alone knows the process. */
import { getEventListeners } from "node:events";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { asCalled } from "./called.ts";
import { save } from "./files.ts";
import type { Io } from "./io.ts";
import { run } from "./program.ts";
import { commands } from "./table.ts";

const INTERRUPTED = 130;
const COLUMNS = 100;

const hasColour = (): boolean => {
  const { NO_COLOR = "", TERM } = process.env;
  return process.stdout.isTTY && NO_COLOR === "" && TERM !== "dumb";
};

const called = asCalled(
  process.argv[1] ?? "",
  commands.map(({ name }) => name),
);

const processIo = (signal: AbortSignal): Io => ({
  print: (output) => void process.stdout.write(called(output)),
  remark: (output) => void process.stderr.write(called(output)),
  input: async () => (process.stdin.isTTY ? undefined : text(process.stdin)),
  isTerminal: process.stdout.isTTY,
  hasColour: hasColour(),
  columns: process.stdout.columns || COLUMNS,
  now: () => new Date(),
  connect: async (where) => (await import("./reach/kubeconfig.ts")).connect(where),
  readText: (file) => readFile(file, "utf8"),
  save,
  signal,
});

/** `flashcard-otel status | head` ends when head has seen enough, not with an error. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const end = new AbortController();
const interrupt = (): void => {
  // Whoever does not listen has nothing to tidy up; and the second time is meant.
  const isHeard = getEventListeners(end.signal, "abort").length > 0;
  if (end.signal.aborted || !isHeard) process.exit(INTERRUPTED);
  process.exitCode = INTERRUPTED;
  end.abort();
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupt);
// No await: the bundle is no module.
void run(commands, process.argv.slice(2), processIo(end.signal)).then((code) => {
  process.exitCode ??= code;
});
