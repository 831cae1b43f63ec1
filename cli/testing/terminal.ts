/** An Io that remembers, for tests: what was printed, what was remarked, what was saved. */
import type { Io } from "../io.ts";
import type { Connection, Where } from "../reach/connection.ts";
import { Trouble } from "../trouble.ts";

export const NOW = new Date("2026-01-02T03:04:05Z");

export interface Setting {
  connection?: (where: Where) => Connection | Promise<Connection>;
  /** Text on standard input; absent: a person sits at it. */
  input?: string;
  /** By name. */
  files?: Record<string, string>;
  /** Where files go; absent: they are remembered. */
  save?: Io["save"];
  isTerminal?: boolean;
  signal?: AbortSignal;
}

export interface Remembered extends Io {
  out: () => string;
  err: () => string;
  saved: Map<string, string | Buffer>;
}

const nowhere = (): Connection => {
  throw new Trouble({ what: "there is no cluster", why: "the test has none", todo: "give one" });
};

export const terminal = (setting: Setting = {}): Remembered => {
  const { connection = nowhere, input, files = {}, isTerminal = false } = setting;
  const [out, err]: [string[], string[]] = [[], []];
  const saved = new Map<string, string | Buffer>();
  return {
    print: (text) => void out.push(text),
    remark: (text) => void err.push(text),
    input: () => Promise.resolve(input),
    isTerminal,
    hasColour: isTerminal,
    columns: 100,
    now: () => NOW,
    connect: (where) => Promise.resolve().then(() => connection(where)),
    readText: async (file) => {
      const text = files[file];
      if (text === undefined) throw new Error(`there is no file ${file} in this test`);
      return text;
    },
    save: setting.save ?? ((file, content) => Promise.resolve(void saved.set(file, content))),
    signal: setting.signal ?? new AbortController().signal,
    out: () => out.join(""),
    err: () => err.join(""),
    saved,
  };
};
