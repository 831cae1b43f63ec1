/** `status -w`: on a terminal the tree is drawn anew with every change; in a pipe every piece of news is one line. */
import { news } from "@flashcard-otel/operator/migration/news.ts";
import { GROUP, KIND, type Status, VERSION } from "@flashcard-otel/operator/migration/schema.ts";
import type { Io } from "../io.ts";
import type { Connection } from "../reach/connection.ts";
import type { Found } from "../reach/migration.ts";
import { EXIT } from "../trouble.ts";

interface Watching {
  place: Connection;
  look: () => Promise<Found[]>;
  draw: () => Promise<string>;
}

const CLEAR = "\u001B[H\u001B[J";

export const follow = async ({ place, look, draw }: Watching, io: Io): Promise<number> => {
  const tell = io.isTerminal ? async () => io.print(CLEAR + (await draw())) : teller(look, io);
  await tell();
  await untilEnough(place, tell, io);
  return EXIT.done;
};

/** One look at a time, and one more when something changed meanwhile. */
const untilEnough = (place: Connection, tell: () => Promise<void>, io: Io): Promise<void> =>
  new Promise((resolve, fail) => {
    // A watch that stays open keeps the program alive.
    const reject = (error: unknown) => void watch.stop().finally(() => fail(error));
    let last = Promise.resolve();
    let waiting = 0;
    const again = () => {
      if (waiting > 0) return;
      waiting += 1;
      last = last.then(() => {
        waiting -= 1;
        return tell();
      });
      last.catch(reject);
    };
    const interest = { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, namespace: place.namespace };
    const watch = place.openWatch(interest, {
      onChange: again,
      onTrouble: (error) => io.remark(`looking again: ${error.message}\n`),
    });
    const end = () => void watch.stop().then(resolve, reject);
    if (io.signal.aborted) end();
    else io.signal.addEventListener("abort", end, { once: true });
  });

/** Lines of the form `TIME NAMESPACE/NAME REASON NOTE`, first where it stands, then what is new. */
const teller = (look: () => Promise<Found[]>, io: Io): (() => Promise<void>) => {
  const before = new Map<string, Status>();
  return async () => {
    for (const { migration } of await look()) {
      const { metadata, status } = migration;
      const who = `${metadata.namespace}/${metadata.name}`;
      const known = before.get(who);
      const lines = known
        ? news(known, status).map(({ reason, note }) => `${reason} ${note}`)
        : [`${status.phase} ${status.next?.message ?? ""}`];
      for (const line of lines)
        io.print(`${io.now().toISOString()} ${who} ${line}`.trimEnd() + "\n");
      before.set(who, status);
    }
  };
};
