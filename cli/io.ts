/** What a command may touch of the world outside. main.ts gives the real one, tests one that remembers. */
import type { Connection, Where } from "./reach/connection.ts";

export interface Io {
  /** Standard output: the answer, and nothing else. */
  print: (text: string) => void;
  /** Standard error: what is said about the answer. */
  remark: (text: string) => void;
  /** All of standard input; undefined when a person sits at it. */
  input: () => Promise<string | undefined>;
  /** The output is a terminal: it may be redrawn. */
  isTerminal: boolean;
  hasColour: boolean;
  columns: number;
  now: () => Date;
  /** Opens the cluster of the user's kubeconfig; the client is loaded with the first call. */
  connect: (where: Where) => Promise<Connection>;
  readText: (file: string) => Promise<string>;
  save: (file: string, content: string | Buffer) => Promise<void>;
  /** Aborted when the user has had enough (Ctrl-C). */
  signal: AbortSignal;
}
