/** The folder that everything is played in: the agent, the programs, and their one dependency where they look for it. */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AGENT_FILE, CONFIG_FILE } from "../contract.ts";
import { buildLean } from "../build.ts";
import { config } from "../testing/rig.ts";
import type { Row } from "./row.ts";

/** Set by an agent that has started, read and removed by apps/witness.cjs. */
const WITNESSED = "SURVIVAL_WITNESSED";

/** As in production, with the governor at work and witnessed, and with nobody waiting long. */
const DEFAULTS = { budgetPercent: 1, legacyOff: { name: WITNESSED, value: "active" } };

export class Workshop {
  readonly folder: string;
  private readonly programs = new Map<string, Promise<string>>();
  private agents = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Workshop> {
    const folder = await mkdtemp(join(tmpdir(), "flashcard-survival-"));
    await buildLean(folder);
    await cp(join(import.meta.dirname, "apps"), join(folder, "apps"), { recursive: true });
    await symlink(join(import.meta.dirname, "../../node_modules"), join(folder, "node_modules"));
    return new Workshop(folder);
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** `$APPS` in a row's text. */
  placed(text: string): string {
    return text.replaceAll("$APPS", join(this.folder, "apps"));
  }

  /** The row's own text as a file, one for all its runs: its path is in stack traces. */
  program(text: string, extension = "cjs"): Promise<string> {
    const key = `${extension} ${text}`;
    const known = this.programs.get(key) ?? this.write(this.placed(text), extension);
    this.programs.set(key, known);
    return known;
  }

  private async write(text: string, extension: string): Promise<string> {
    const path = join(this.folder, `program-${this.programs.size}.${extension}`);
    await writeFile(path, text);
    return path;
  }

  /** Makes a folder as the ConfigMap mounts it; returns the file to preload. */
  async agent({ config: given, unreadable }: Row, endpoint: string): Promise<string> {
    const folder = join(this.folder, `agent-${++this.agents}`);
    await mkdir(folder);
    await cp(join(this.folder, AGENT_FILE), join(folder, AGENT_FILE));
    const file = join(folder, CONFIG_FILE);
    const text =
      typeof given === "string"
        ? given
        : JSON.stringify(config({ ...DEFAULTS, endpoint, ...given }));
    if (unreadable) await mkdir(file);
    else if (given !== null) await writeFile(file, text);
    return join(folder, AGENT_FILE);
  }
}
