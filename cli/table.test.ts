import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { PHASES as known } from "@flashcard-otel/operator/migration/schema.ts";
import { PHASES } from "./phases.ts";
import type { Command } from "./command.ts";
import { lines, run } from "./program.ts";
import { commands } from "./table.ts";
import { terminal } from "./testing/terminal.ts";

test("the phases of the table are those of the resource", () => {
  expect(PHASES).toEqual(known);
});

test("the version is that of the package", async () => {
  const manifest = await readFile(join(import.meta.dirname, "package.json"), "utf8");
  const io = terminal();
  expect(await run(commands, ["--version"], io)).toBe(0);
  expect(io.out()).toBe(
    `flashcard-otel ${(JSON.parse(manifest) as { version: string }).version}\n`,
  );
});

test("every command has its own name, words and an example that it understands", async () => {
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
  for (const { definition } of commands)
    for (const [line] of definition?.examples ?? []) {
      const words = line
        .replace(/^source <\(|\)$/g, "")
        .replace(/ [<>].*$/, "")
        .split(" ");
      expect(words[0]).toBe("flashcard-otel");
      const io = terminal();
      await run(commands, [...words.slice(1), "--help"], io);
      expect(io.err()).toBe("");
      expect(io.out()).toContain(definition?.summary === undefined ? "" : "Options");
    }
});

test("a program with arguments of its own is one row", async () => {
  const program = (argv: string[], { out, err }: ReturnType<typeof lines>): Promise<number> => {
    out(argv.join(" "));
    err("on a port of its own");
    return Promise.resolve(7);
  };
  const row: Command = { name: "x", summary: "looks", run: (argv, io) => program(argv, lines(io)) };
  const io = terminal();
  expect(await run([...commands, row], ["x", "--port", "1", "--help"], io)).toBe(7);
  expect(io.out()).toBe("--port 1 --help\n");
  expect(io.err()).toBe("on a port of its own\n");
});
