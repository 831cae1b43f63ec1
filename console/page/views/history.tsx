/** What has happened, latest first: phases with their evidence, and the operator's events between them. */
import type { Happening } from "../../facts.ts";
import { pathOf, useAsk } from "../ask.ts";
import type { ViewOptions } from "../migration.tsx";
import { Badge, Card, Empty, Evidence, Loaded } from "../parts.tsx";
import { day, duration, type Tone } from "../words.ts";

const GOOD = ["TrialPassed", "Instrumented"];

const toneOf = ({ type, reason }: Happening): Tone => {
  if (type === "Warning") return "bad";
  if (reason.startsWith("BackAt")) return "warn";
  if (reason === "TrialNotMeasured") return "idle";
  return reason.endsWith("Reached") || GOOD.includes(reason) ? "good" : "busy";
};

const REFRESH_MS = 10_000;

export const History = ({ migration }: ViewOptions) => {
  const asked = useAsk<Happening[]>(pathOf("events", migration), { everyMs: REFRESH_MS });
  const { history } = migration.status;
  return (
    <div class="split even">
      <Card title="Phases">
        {history.length === 0 ? (
          <Empty>No phase has been reached yet.</Empty>
        ) : (
          <ol class="timeline">
            {history.toReversed().map(({ name, startedAt, seconds, evidence }) => (
              <li key={`${name}${startedAt}`}>
                <b>{name}</b>
                <span class="dim">
                  {" "}
                  after {duration(seconds)}, begun {day(startedAt)}
                </span>
                <Evidence text={evidence} />
              </li>
            ))}
          </ol>
        )}
      </Card>
      <Card title="Events">
        <Loaded asked={asked}>
          {(events) =>
            events.length === 0 ? (
              <Empty>The API server keeps events for an hour; there is none now.</Empty>
            ) : (
              <ol class="events">
                {events.toReversed().map((event) => (
                  <li key={`${event.at}${event.note}`}>
                    <time>{day(event.at)}</time>
                    <Badge tone={toneOf(event)}>{event.reason}</Badge>
                    <p>{event.note}</p>
                  </li>
                ))}
              </ol>
            )
          }
        </Loaded>
      </Card>
    </div>
  );
};
