/** A headless Chromium: the machine's own, or Debian's packages unpacked in the cache, with fonts of their own. */
import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { ensure, pathOf } from "../../cluster/artefacts/ensure.ts";
import { settingsFrom } from "../../cluster/settings.ts";

interface Program {
  executablePath: string;
  env: Record<string, string>;
}

const OWN = "/usr/bin/chromium";

/** No window, no sandbox (tests run as root), and no calls to anybody. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

const fontsIn = (root: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${root}/usr/share/fonts</dir>
  <cachedir>${root}/var/cache/fontconfig</cachedir>
  <alias binding="strong"><family>system-ui</family><prefer><family>Inter</family></prefer></alias>
  <alias binding="strong"><family>monospace</family><prefer><family>JetBrains Mono</family></prefer></alias>
</fontconfig>
`;

const unpackedProgram = async (): Promise<Program> => {
  const root = join(
    pathOf(await ensure(settingsFrom(process.env), ["chromium"]), "chromium"),
    "root",
  );
  const libraries = join(root, "usr/lib");
  const folders = (await readdir(libraries))
    .filter((name) => name.endsWith("-linux-gnu"))
    .flatMap((name) => [join(libraries, name), join(libraries, name, "pulseaudio")]);
  const fonts = join(root, "fonts.conf");
  await writeFile(fonts, fontsIn(root));
  return {
    executablePath: join(libraries, "chromium/chromium"),
    env: { LD_LIBRARY_PATH: folders.join(":"), FONTCONFIG_FILE: fonts },
  };
};

export const openBrowser = async (): Promise<Browser> => {
  const program: Program = existsSync(OWN)
    ? { executablePath: OWN, env: {} }
    : await unpackedProgram();
  return chromium.launch({
    executablePath: program.executablePath,
    args: FLAGS,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? "",
      TZ: "UTC",
      ...program.env,
    },
  });
};
