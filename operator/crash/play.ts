/** Records a chapter undisturbed, then plays it again from the look of a write with one fault at it: the end must be the same. */
import type { Status } from "../migration/schema.ts";
import type { Chapter } from "./chapters.ts";
import type { Mode, Played } from "./lives.ts";
import { HOME, type Moment, NAMESPACE, type Stage } from "./stage.ts";
import { differences, type State, stateOf } from "./state.ts";

interface Look {
  /** Just before it. */
  moment: Moment;
  writes: string[];
}

export interface Recording {
  chapter: Chapter;
  looks: Look[];
  end: State;
  after: Moment;
}

export interface Plan {
  recording: Recording;
  look: number;
  write: number;
  site: string;
  mode: Mode;
}

/** Of a whole chapter, undisturbed or not. */
const MOST_LOOKS = 80;

export const record = async (
  stage: Stage,
  chapter: Chapter,
  before: Moment | undefined,
): Promise<Recording> => {
  if (before) await stage.restore(before);
  await chapter.begin(stage);
  const looks: Look[] = [];
  const { crashing = [] } = chapter;
  for (;;) {
    const moment = await stage.take();
    const played = await stage.look({ crashing });
    if (isQuiet(played) && (await isDone(stage, chapter))) break;
    looks.push({ moment, writes: played.writes });
    if (looks.length > MOST_LOOKS) throw new Error(await stuck(stage, chapter, played));
  }
  return {
    chapter,
    looks,
    end: await stateOf(stage.cluster, [NAMESPACE, HOME]),
    after: await stage.take(),
  };
};

const isQuiet = ({ writes, whole }: Played): boolean => whole && writes.length === 0;

const statusOf = async (stage: Stage): Promise<Status | undefined> =>
  (await stage.resource())?.status as Status | undefined;

const isDone = async (stage: Stage, chapter: Chapter): Promise<boolean> =>
  chapter.done(await statusOf(stage));

const stuck = async (stage: Stage, { name }: Chapter, { writes }: Played): Promise<string> => {
  const { phase, next, components } = (await statusOf(stage)) ?? {};
  const stages = components?.map(({ name: one, stage: at, reason }) => `${one} ${at} ${reason}`);
  return `${name} comes to no end: ${phase}, ${next?.reason}: ${next?.message}; ${stages?.join()}; the last look wrote ${writes.join(", ") || "nothing"}`;
};

/** Every look after another one, with lists that are one look old. */
export const stalePlans = (recordings: Recording[]): Plan[] =>
  recordings.flatMap((recording) =>
    recording.looks.slice(1).map((_look, nth) => ({
      recording,
      look: nth + 1,
      write: 0,
      site: "all lists",
      mode: "stale" as const,
    })),
  );

/** Every write of every recording, or only the first of each site. */
export const plansOf = (
  recordings: Recording[],
  modes: readonly Mode[],
  every: boolean,
): { sites: number; plans: Plan[] } => {
  const seen = new Set<string>();
  const plans = recordings.flatMap((recording) =>
    recording.looks.flatMap(({ writes }, look) =>
      writes.flatMap((site, write) => {
        const isNew = !seen.has(site);
        seen.add(site);
        return isNew || every ? modes.map((mode) => ({ recording, look, write, site, mode })) : [];
      }),
    ),
  );
  return { sites: seen.size, plans };
};

export const titleOf = ({ recording, look, write, site, mode }: Plan): string =>
  `${recording.chapter.name}: look ${look}, write ${write} (${site}): ${mode}`;

/** What is not as in the undisturbed run; empty when the plan has passed. */
export const play = async (stage: Stage, plan: Plan): Promise<string[]> => {
  const { chapter, looks, end } = plan.recording;
  const { crashing = [] } = chapter;
  const { mode } = plan;
  const start = looks[mode === "stale" ? plan.look - 1 : plan.look];
  if (!start) throw new Error(`${chapter.name} has no look ${plan.look}`);
  await stage.restore(start.moment);
  let last: Played;
  if (mode === "stale") {
    await stage.look({ crashing });
    last = await stage.look({ crashing, stale: true });
  } else {
    last = await stage.look({ crashing, fault: { at: plan.write, mode } });
    const site = last.writes[plan.write];
    if (site !== plan.site) return [`the write was ${site}`];
  }
  for (let look = plan.look; look <= MOST_LOOKS; look += 1) {
    last = await stage.look({ crashing });
    if (isQuiet(last) && (await isDone(stage, chapter)))
      return differences(end, await stateOf(stage.cluster, [NAMESPACE, HOME]));
  }
  return [await stuck(stage, chapter, last)];
};
