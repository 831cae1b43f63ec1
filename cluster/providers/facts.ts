import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../settings.ts";
import { programsAsked, type Facts } from "./prerequisites.ts";

const onPath = (env: Environment, name: string): boolean =>
  // Debian keeps ip and sysctl in folders that a user's PATH may lack.
  [...(env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"].some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

export const readFacts = (env: Environment): Facts => ({
  platform: process.platform,
  root: process.getuid?.() === 0,
  programs: new Set(programsAsked.filter((name) => onPath(env, name))),
});
