/** A Docker for whoever calls kind by hand: the machine's, or one of our own that stands until it is ended. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ensure, pathOf } from "../artefacts/ensure.ts";
import { layoutIn } from "../direct/layout.ts";
import { liveRecord } from "../direct/record.ts";
import { clientPrograms, linkPrograms } from "../programs.ts";
import type { Environment, Settings } from "../settings.ts";
import { provideDocker, removeDocker } from "./provide.ts";

export interface Standing {
  /** With docker, kind, kubectl and helm on its PATH. */
  env: Environment;
  /** What to put before a command so that it reaches kind's loopback addresses. */
  enter: readonly string[];
  end: () => Promise<void>;
}

export const standingDocker = async (settings: Settings): Promise<Standing> => {
  const layout = layoutIn(settings.state, "kind");
  const place = { settings, layout, withDocker: true };
  await mkdir(layout.root, { recursive: true });
  const { env } = await provideDocker(place);
  const { kubectl, helm } = await clientPrograms(settings);
  const kind = join(pathOf(await ensure(settings, ["kind"]), "kind"), "bin/kind");
  const folder = await linkPrograms(settings, { kubectl, helm, kind });
  const live = await liveRecord(layout);
  return {
    env: { ...env, PATH: `${folder}:${env["PATH"]}` },
    enter: live ? ["nsenter", "--target", String(live.pid), "--net", "--"] : [],
    // The machine's own goes on.
    end: () => (live ? removeDocker(place) : Promise.resolve()),
  };
};
