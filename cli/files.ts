/** Files that a command writes for its user. */
import { writeFile } from "node:fs/promises";
import { Trouble } from "./trouble.ts";

export const save = async (file: string, content: string | Buffer): Promise<void> => {
  try {
    await writeFile(file, content);
  } catch (error) {
    throw new Trouble({
      what: `${file} cannot be written`,
      why: (error as Error).message,
      todo: "name another place for it with --file, or run the command in a folder of your own",
    });
  }
};
