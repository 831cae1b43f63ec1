/** Records a chapter undisturbed, then plays it again from the look of a write with one fault at it: the end must be the same. */
import type { Status } from "../migration/schema.ts";
import type { Chapter } from "./chapters.ts";
import { type Mode, type Played, WATCH_MODES } from "./lives.ts";
import { type Conditions, HOME, type Moment, NAMESPACE, type Stage } from "./stage.ts";
import { startWatching } from "./watching.ts";
import { differences, type State, stateOf } from "./state.ts";

interface Look {
  /** Just before it. */
  moment: Moment;
  /** At that moment. */
  state: State;
  writes: string[];
  milliseconds: number;
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
  for (;;) {
    const moment = await stage.take();
    const state = await present(stage);
    const played = await stage.look({ crashing: chapter.crashing });
    if (isQuiet(played) && (await isDone(stage, chapter))) break;
    const { writes, milliseconds } = played;
    looks.push({ moment, state, writes, milliseconds });
    if (looks.length > MOST_LOOKS) throw new Error(await stuck(stage, chapter, writes));
  }
  return {
    chapter,
    looks,
    end: await present(stage),
    after: await stage.take(),
  };
};

const present = ({ cluster }: Stage): Promise<State> => stateOf(cluster, [NAMESPACE, HOME]);

const isQuiet = ({ writes, whole }: Played): boolean => whole && writes.length === 0;

const statusOf = async (stage: Stage): Promise<Status | undefined> =>
  (await stage.resource())?.status as Status | undefined;

const isDone = async (stage: Stage, chapter: Chapter): Promise<boolean> =>
  chapter.done(await statusOf(stage));

const stuck = async (stage: Stage, { name }: Chapter, writes: string[]): Promise<string> => {
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

/**
 * How far a plan is played: to the end of its chapter, or until it joins the undisturbed run in a state which that had later on. What
 * follows from it has been played already.
 */
export type Until = "end" | "joins";

/** What is not as in the undisturbed run; empty when the plan has passed. */
export const play = async (stage: Stage, plan: Plan, until: Until): Promise<string[]> => {
  const why = await disturb(stage, plan);
  return why.length > 0 ? why : goOn(stage, plan, until);
};

const hasJoined = async (stage: Stage, { recording, look }: Plan): Promise<boolean> => {
  const state = await present(stage);
  const isEqual = (one: State): boolean => differences(one, state).length === 0;
  return recording.looks.slice(look + 1).some((later) => isEqual(later.state));
};

/** The look that the plan is about, and why nothing can follow it. */
const disturb = async (stage: Stage, plan: Plan): Promise<string[]> => {
  const { mode, look, recording } = plan;
  const { chapter, looks } = recording;
  const isStale = mode === "stale";
  const start = looks[isStale ? look - 1 : look];
  if (!start) throw new Error(`${chapter.name} has no look ${look}`);
  await stage.restore(start.moment);
  if (isStale) return behind(stage, chapter);
  const fault = { at: plan.write, mode };
  const strike = async (): Promise<string[]> => {
    const { writes } = await writingLook(stage, { crashing: chapter.crashing, fault });
    const site = writes[plan.write] ?? `not made, the look had ${writes.length}`;
    return site === plan.site ? [] : [`the write was ${site}`];
  };
  return WATCHED.includes(mode) ? unseen(stage, strike) : strike();
};

const MOST_ATTEMPTS = 5;

/** On a busy machine a question may take too long. A look that fails before its first write is followed by another, as in controller.ts. */
const writingLook = async (stage: Stage, conditions: Conditions): Promise<Played> => {
  let played = await stage.look(conditions);
  for (let nth = 1; nth < MOST_ATTEMPTS && !played.whole && played.writes.length === 0; nth += 1)
    played = await stage.look(conditions);
  return played;
};

const WATCHED: readonly Mode[] = WATCH_MODES;

const behind = async (stage: Stage, { crashing }: Chapter): Promise<string[]> => {
  await stage.look({ crashing });
  await stage.look({ crashing, stale: true });
  return [];
};

/** What no watch has told: new watches must ask for the next look by themselves. */
const unseen = async (stage: Stage, strike: () => Promise<string[]>): Promise<string[]> => {
  const watching = await startWatching(stage);
  try {
    const why = await strike();
    await watching.recover();
    return why;
  } finally {
    await watching.stop();
  }
};

const goOn = async (stage: Stage, plan: Plan, until: Until): Promise<string[]> => {
  const { chapter, end } = plan.recording;
  let writes: string[] = [];
  for (let look = plan.look; look <= MOST_LOOKS; look += 1) {
    if (until === "joins" && (await hasJoined(stage, plan))) return [];
    const played = await stage.look({ crashing: chapter.crashing });
    if (isQuiet(played) && (await isDone(stage, chapter)))
      return differences(end, await present(stage));
    ({ writes } = played);
  }
  return [await stuck(stage, chapter, writes)];
};
