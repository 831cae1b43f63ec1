import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Trouble } from "../trouble.ts";

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The mirror that a sources file names for Debian itself, in either of apt's two notations. */
export const mirrorIn = (text: string): string | undefined => {
  const addresses = text
    .split("\n")
    .filter((line) => /^(deb\s|URIs:)/.test(line))
    .flatMap((line) => line.match(/https?:\/\/\S+/g) ?? []);
  return addresses.find((address) => /\/debian\/?$/.test(address));
};

/** A sources list for another suite on the mirror that this machine already uses. */
export const suiteSources = async (suite: string, folder = "/etc/apt"): Promise<string> => {
  const parts = await readdir(join(folder, "sources.list.d")).catch(() => []);
  const files = ["sources.list", ...parts.map((name) => join("sources.list.d", name))];
  for (const file of files) {
    const mirror = mirrorIn(await readFile(join(folder, file), "utf8").catch(() => ""));
    if (mirror) return `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`;
  }
  throw new Trouble(
    `no Debian mirror is named in ${folder}, so ${suite} cannot be reached: install Go 1.26 or newer and put it on PATH`,
  );
};
