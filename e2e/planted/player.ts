/**
 * Planted trials on a cluster, by the operator that the chart installs. Only its agent is another: the rig's stand-in, whose cost is what
 * `trial.env` says. After each trial the migration goes back to Alongside, so that the next one starts from the same place.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentStatus } from "../../operator/migration/schema.ts";
import type { Played, Player } from "../../overhead/planted/player.ts";
import { ROUNDS } from "../../overhead/planted/rounds.ts";
import type { PlantedTrial } from "../../overhead/planted/trials.ts";
import { deliver } from "../kit/agent.ts";
import { installProduct } from "../kit/install.ts";
import type { Tools } from "../kit/kubectl.ts";
import { NAMESPACE, readStatus } from "../kit/migration.ts";
import { bringUp, takeDown } from "../kit/provide.ts";
import { applyResource } from "../kit/story.ts";
import { until } from "../kit/wait.ts";
import { type Usage, usageMeter } from "./usage.ts";
import { NAME, resource, service, standIn } from "./manifests.ts";

interface Asked {
  provider: string;
  context: string | undefined;
  /** Fresh pairs of key 2; none for key 1 alone. */
  pairs: number;
  /** The cluster stays. */
  keep: boolean;
}

interface Doors {
  signal: AbortSignal;
  say: (line: string) => void;
}

export const clusterPlayer = async (
  { pairs, keep, ...where }: Asked,
  { signal, say }: Doors,
): Promise<Player> => {
  const asked = { ...where, withDocker: false };
  const stop = async (): Promise<void> => {
    if (!keep) await takeDown(asked, say);
  };
  try {
    const { tools, images } = await bringUp(asked, say);
    await installProduct(tools, images);
    await deliver(tools, await standIn());
    for (const object of await service(images["operator"] ?? "", ROUNDS))
      await applyResource(tools, object);
    const scene = { tools, pairs, signal, say };
    return { play: (trial, { rounds }) => playOn(scene, trial, rounds), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

interface Scene extends Doors {
  tools: Tools;
  pairs: number;
}

const playOn = async (scene: Scene, trial: PlantedTrial, rounds: number): Promise<Played> => {
  const { tools, pairs } = scene;
  const planted = { BALANCED: "1", BURN_ROUNDS: String(rounds) };
  const wanted = resource({ ...planted, ...trial.app, ...trial.agent }, pairs);
  await applyResource(tools, wanted);
  const played = await watched(scene);
  await applyResource(tools, { ...wanted, spec: { ...wanted.spec, target: "Alongside" } });
  await until(
    { what: "the agent being taken back", seconds: 240 },
    async () => (await componentOf(tools))?.stage === "Waiting",
  );
  return played;
};

const componentOf = async (tools: Tools): Promise<ComponentStatus | undefined> =>
  (await readStatus(tools, { namespace: NAMESPACE, name: NAME }))?.components[0];

/** Each look is a process on the machine that is measured. */
const LOOK_EVERY_MS = 2000;
/** In looks; the kubelet's numbers are not younger. */
const METER_EVERY = 5;
/** Longer than any trial may take. */
const DEADLINE_MS = 3_600_000;

interface Seen {
  began: number | undefined;
  /** When each fresh pair began, in milliseconds. */
  pairs: number[];
  told: string;
}

/** From the first twin to the verdict that ends the attempts. */
const watched = async ({ tools, signal, say }: Scene): Promise<Played> => {
  const seen: Seen = { began: undefined, pairs: [], told: "" };
  const meter = usageMeter(tools, "-trial-");
  const deadline = performance.now() + DEADLINE_MS;
  for (let looks = 0; performance.now() < deadline; looks += 1) {
    const status = await componentOf(tools);
    if (status) look(status, seen, say);
    if (status && isOver(status, seen)) return playedBy(status, seen, meter.used());
    if (seen.began !== undefined && looks % METER_EVERY === 0) await meter.look();
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
  throw new Error(`no verdict of ${NAMESPACE}/${NAME} after ${DEADLINE_MS / 60_000} minutes`);
};

const look = (status: ComponentStatus, seen: Seen, say: Doors["say"]): void => {
  const { stage, reason, message, attempt, pair, pairSince = "" } = status;
  if (attempt) seen.began ??= performance.now();
  if (pair !== undefined) seen.pairs[pair] ??= Date.parse(pairSince);
  const state = `${stage} (${reason})`;
  if (state !== seen.told) say(`  ${state} ${message}`);
  seen.told = state;
};

const isOver = ({ attempt, verdicts }: ComponentStatus, { began }: Seen): boolean =>
  began !== undefined && !attempt && verdicts.length > 0;

const playedBy = (
  { verdict, verdicts }: ComponentStatus,
  { began = 0, pairs }: Seen,
  used: Usage | undefined,
): Played => {
  const judged = verdict ?? verdicts.at(-1);
  if (!judged) throw new Error("a trial ended without a verdict");
  const { guardPercent } = judged;
  return {
    judged,
    seconds: Math.round((performance.now() - began) / 1000),
    ...(used ? { used } : {}),
    ...(pairs.length === 0 ? {} : { pairSeconds: lengths(pairs) }),
    ...(pairs.length === 0 || guardPercent === undefined ? {} : { wholePercent: guardPercent }),
  };
};

/** From the start of one pair to that of the next; of the last one the end is not told. */
const lengths = (starts: number[]): number[] =>
  starts.slice(1).map((start, i) => (start - (starts[i] ?? start)) / 1000);
