/** What a command is: a row of the table (table.ts) from which parsing, help, completion and docs/cli.md are made. */
import type { Io } from "./io.ts";

export interface Option {
  type: "string" | "boolean";
  short?: string;
  /** Placeholder of the value, for people. */
  value?: string;
  says: string;
  choices?: readonly string[];
}

export interface Positional {
  name: string;
  says: string;
  required?: boolean;
  choices?: readonly string[];
}

export const FORMATS = ["wide", "json", "yaml", "name"] as const;
export type Format = (typeof FORMATS)[number];

export interface Definition {
  name: string;
  /** One line, for lists. */
  summary: string;
  /** What it does and what it does not, for people who need to know. */
  about: string;
  positionals: readonly Positional[];
  options: Readonly<Record<string, Option>>;
  /** Values of -o; empty: there is no -o. */
  formats: readonly Format[];
  /** Speaks to a cluster, and so takes -n, --context and --kubeconfig. */
  cluster: boolean;
  examples: readonly (readonly [line: string, says: string])[];
  /** What codes other than 0, 1 and 2 mean here. */
  exits: Readonly<Record<number, string>>;
}

/** A command line that was understood. */
export interface Request {
  positionals: readonly string[];
  format: Format | undefined;
  where: { namespace?: string; context?: string; kubeconfig?: string };
  text: (option: string) => string | undefined;
  flag: (option: string) => boolean;
}

/** Returns the exit code. */
export type Handler = (request: Request, io: Io) => Promise<number>;

/** A row of the table. Whoever brings a program of their own needs only these; see the rows of table.ts. */
export interface Command {
  name: string;
  summary: string;
  /** Absent where the program understands its arguments itself. */
  definition?: Definition;
  /** What its codes mean, where there is no definition to say so. */
  exits?: Readonly<Record<number, string>>;
  /** Commands that are called by two words, this one's and the last of theirs. */
  under?: readonly Command[];
  run: (argv: string[], io: Io) => Promise<number>;
}
