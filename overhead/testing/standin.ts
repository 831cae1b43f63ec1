/** The small service and the stand-in agent of the trial's rig, as local processes. */
import { fileURLToPath } from "node:url";
import type { Agent } from "../agents.ts";
import type { Subject } from "../stage.ts";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const APP = here("../../loadtest/testing/app.ts");
const STAND_IN = here("../../loadtest/testing/agent.cjs");

/** `env`: what it does, see there. */
export const agentWith = (env: Record<string, string>): Agent => ({
  name: "stand-in",
  toggled: true,
  env: { NODE_OPTIONS: `--require ${STAND_IN}`, ...env },
});

/** `env`: what the service does, see there. */
export const subjectOf = (agent: Agent, env: Record<string, string>): Subject => ({
  command: `"${process.execPath}" --disable-warning=ExperimentalWarning "${APP}"`,
  cwd: here("."),
  env: { PATH: process.env["PATH"], PORT: "3000", ...env },
  url: new URL("http://127.0.0.1:3000/items"),
  item: { method: "GET", path: "/items", headers: {} },
  idlePath: "/readyz",
  agent,
  move: here("../move.cjs"),
});
