/** The constant traffic that must never notice anything: requests, failures and gaps over time, with what happened meanwhile. */
import type { Beat, Happening, Migration } from "../../facts.ts";
import { pathOf, useAsk } from "../ask.ts";
import { Chart, type Mark } from "../draw/chart.tsx";
import { additions, perSecond } from "../draw/rates.ts";
import type { ViewOptions } from "../migration.tsx";
import { Badge, Card, Empty, Facts, Loaded } from "../parts.tsx";
import { clock, duration, gist } from "../words.ts";

/** What touches pods. */
const ROLLOUTS = ["RollingOut", "Soaking", "TakingBack", "Instrumented"];

const marksOf = (happenings: Happening[]): Mark[] =>
  happenings
    .filter(({ reason }) => ROLLOUTS.includes(reason))
    .map(({ at, reason, note }) => ({ at: Date.parse(at), label: `${reason} ${gist(note)}` }));

const Charts = ({ beats, marks }: { beats: Beat[]; marks: Mark[] }) => (
  <>
    <Card title="Requests per second">
      <Chart
        label="Requests per second"
        marks={marks}
        lines={[
          { label: "requests", points: perSecond(beats, "requests") },
          { label: "items", points: perSecond(beats, "items") },
        ]}
      />
    </Card>
    <Card title="Failures">
      <Chart
        label="Failures"
        height={110}
        marks={marks}
        lines={[
          { label: "failed items", points: additions(beats, "failed") },
          { label: "failed requests", points: additions(beats, "failedRequests") },
        ]}
      />
    </Card>
    <Card title="Longest gap so far">
      <Chart
        label="Longest gap so far"
        height={110}
        marks={marks}
        format={(value) => duration(value / 1000)}
        lines={[
          {
            label: "longest time without an answer",
            points: beats.map((beat) => [beat.at, beat.longestGapMs]),
          },
        ]}
      />
    </Card>
  </>
);

const Rollouts = ({ marks }: { marks: Mark[] }) => (
  <Card title="Marked in the pictures">
    {marks.length === 0 ? (
      <Empty>No pod was changed within the hour.</Empty>
    ) : (
      <ul class="events compact">
        {marks.map(({ at, label }) => (
          <li key={`${at}${label}`}>
            <time>{clock(at)}</time> {label}
          </li>
        ))}
      </ul>
    )}
  </Card>
);

const Totals = ({ migration: { status } }: { migration: Migration }) => {
  const { downtime } = status;
  if (!downtime) return null;
  const { sent, items, failed, longestGapMs, lastFailure } = downtime;
  return (
    <Card
      title="Since the beginning"
      aside={<Badge tone={failed === 0 ? "good" : "bad"}>{failed} failed</Badge>}
    >
      <Facts
        rows={[
          ["Requests", sent.toLocaleString("en")],
          ["Items", items.toLocaleString("en")],
          ["Longest gap", duration(longestGapMs / 1000)],
          ["Last failure", lastFailure ?? "none"],
        ]}
      />
    </Card>
  );
};

const REFRESH_MS = 5000;

export const Pulse = ({ migration }: ViewOptions) => {
  const asked = useAsk<Beat[]>(pathOf("pulse", migration), { everyMs: REFRESH_MS });
  const { data: happenings = [] } = useAsk<Happening[]>(pathOf("events", migration), {
    version: migration.status.phase,
  });
  if (!migration.spec?.pulse)
    return (
      <Empty>
        spec.pulse is absent: nothing is known about failed requests, and nothing is claimed.
      </Empty>
    );
  return (
    <Loaded asked={asked}>
      {(beats) => {
        const first = beats[0]?.at ?? Infinity;
        const marks = marksOf(happenings).filter(({ at }) => at >= first);
        return (
          <div class="split wide">
            <div class="stack">
              {beats.length > 1 ? (
                <Charts beats={beats} marks={marks} />
              ) : (
                <Empty>The pulse has not reported yet.</Empty>
              )}
            </div>
            <div class="stack">
              <Totals migration={migration} />
              <Rollouts marks={marks} />
            </div>
          </div>
        );
      }}
    </Loaded>
  );
};
