/** Something that is done again and again, never twice at once, and whose failure is no reason to stop. */
import type { Logger } from "pino";

export interface Repetition {
  /** Not only when it is due. */
  now: () => void;
  stop: () => Promise<void>;
}

export interface RepeatOptions {
  everyMs: number;
  what: string;
  work: () => Promise<void>;
  log: Pick<Logger, "error">;
}

/** The first failure and then every one that says something else are logged. */
export const repeat = ({ everyMs, what, work, log }: RepeatOptions): Repetition => {
  let busy: Promise<void> | undefined;
  let said = "";
  const turn = async (): Promise<void> => {
    try {
      await work();
      said = "";
    } catch (error) {
      if (String(error) !== said) log.error({ err: error }, what);
      said = String(error);
    }
  };
  const now = (): void => {
    busy ??= turn().finally(() => {
      busy = undefined;
    });
  };
  const timer = setInterval(now, everyMs);
  return {
    now,
    stop: async () => {
      clearInterval(timer);
      await busy;
    },
  };
};
