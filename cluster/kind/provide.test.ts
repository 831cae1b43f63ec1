import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { layoutIn } from "../direct/layout.ts";
import { settingsFrom } from "../settings.ts";
import { type Place, provideDocker } from "./provide.ts";

let state = "";

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), "kind-test-"));
});

afterAll(() => rm(state, { recursive: true }));

/** A machine on whose PATH there is nothing. */
const bare = (withDocker: boolean): Place => ({
  settings: { ...settingsFrom({ PATH: state }, () => undefined), state },
  layout: layoutIn(state, "kind"),
  withDocker,
});

describe("where no Docker answers", () => {
  test("none is started unasked, and the message says how to ask", async () => {
    await expect(provideDocker(bare(false))).rejects.toThrow(
      /kind needs Docker, and none answers here: start it, or .* --with-docker/,
    );
  });

  test("a machine that cannot run one of ours is told what it lacks", async () => {
    await expect(provideDocker(bare(true))).rejects.toThrow(
      /^kind --with-docker needs the program apt-get, missing here: .*--context NAME$/m,
    );
  });
});
