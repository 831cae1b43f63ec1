import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Trouble } from "../trouble.ts";
import type { Layout } from "./layout.ts";
import { startTime } from "./record.ts";

const holder = async (file: string): Promise<string | undefined> => {
  const [pid = "", started = ""] = (await readFile(file, "utf8").catch(() => "")).split(" ");
  return pid && (await startTime(Number(pid))) === started ? pid : undefined;
};

const take = async (file: string): Promise<void> => {
  const mine = `${process.pid} ${await startTime(process.pid)}`;
  try {
    await writeFile(file, mine, { flag: "wx" });
  } catch {
    const other = await holder(file);
    if (other)
      throw new Trouble(
        `another \`up\` or \`down\` of this checkout is under way (process ${other}): wait for it`,
      );
    // Its owner was killed.
    await writeFile(file, mine);
  }
};

/** One `up` or `down` at a time: the second would take the first one's half-made node for a left-over. */
export const alone = async <T>(layout: Layout, act: () => Promise<T>): Promise<T> => {
  const file = join(layout.root, "lock");
  await take(file);
  try {
    return await act();
  } finally {
    await rm(file, { force: true });
  }
};
