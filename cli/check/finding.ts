/** What is asked about a cluster, and what is found. */
import type { Connection } from "../reach/connection.ts";
import type { Installation } from "../reach/installation.ts";

export interface Finding {
  what: string;
  /** Unknown where the user may not see it. */
  is: "fit" | "unfit" | "unknown";
  says: string;
  todo?: string;
}

export interface Subject {
  connection: Connection;
  /** Of reach/reading.ts. */
  cluster: Connection["cluster"];
  notes: string[];
  installation: Installation;
}

export type Question = (subject: Subject) => Promise<Finding>;
