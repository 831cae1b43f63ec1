import { readFile, writeFile } from "node:fs/promises";
import type { Layout } from "./layout.ts";

/** What `up` left for later commands. */
export interface Record {
  /** The node's first process, by its id on the host ... */
  pid: number;
  /** ... and its start time and the machine's boot, because ids are used again. */
  started: string;
  boot: string;
  readySeconds: number;
  /** PATH and library folders as seen inside. */
  env: { [name: string]: string };
}

export const bootId = async (): Promise<string> =>
  (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();

/** Start time in clock ticks: field 22 of /proc/PID/stat; the name in field 2 may contain spaces. */
export const startTimeIn = (stat: string): string =>
  stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";

export const startTime = async (pid: number): Promise<string | undefined> => {
  try {
    return startTimeIn(await readFile(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
};

export const readRecord = async (layout: Layout): Promise<Record | undefined> => {
  try {
    return JSON.parse(await readFile(layout.record, "utf8")) as Record;
  } catch {
    return undefined;
  }
};

export const writeRecord = (layout: Layout, record: Record): Promise<void> =>
  writeFile(layout.record, `${JSON.stringify(record, undefined, 2)}\n`);

/** The record, if its process still runs. */
export const liveRecord = async (layout: Layout): Promise<Record | undefined> => {
  const record = await readRecord(layout);
  if (!record) return undefined;
  const same = (await bootId()) === record.boot && (await startTime(record.pid)) === record.started;
  return same ? record : undefined;
};
