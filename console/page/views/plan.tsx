/** What would happen on the way to the target, step by step, and what it changes on the users' own workloads. */
import type { Migration } from "../../facts.ts";
import { diffOf } from "../draw/diff.ts";
import { targetOf } from "../health.ts";
import type { ViewOptions } from "../migration.tsx";
import { Card, Empty } from "../parts.tsx";
import { PHASES, plural, rank, stepOf } from "../words.ts";

/** The phases between here and there, in the order in which they are reached. */
const wayOf = (migration: Migration) => {
  const [from, to] = [rank(migration.status.phase), rank(targetOf(migration))];
  return to >= from ? PHASES.slice(from + 1, to + 1) : PHASES.slice(to, from).toReversed();
};

const Way = ({ migration }: { migration: Migration }) => {
  const way = wayOf(migration);
  const back = rank(targetOf(migration)) < rank(migration.status.phase);
  const { next } = migration.status;
  if (way.length === 0)
    return (
      <Empty>The migration is at its target, {targetOf(migration)}: nothing is planned.</Empty>
    );
  return (
    <ol class="timeline ahead">
      {way.map((phase, index) => (
        <li key={phase} class={index === 0 ? "now" : ""}>
          <b>{back ? `Back at ${phase}` : phase}</b>
          <p>
            {back
              ? "what stands above it is undone first"
              : `${stepOf(phase).does}; proven when: ${stepOf(phase).proof}`}
          </p>
          {index === 0 && next && (
            <p class="message">
              <code>{next.reason}</code> {next.message}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
};

const Diff = ({ migration }: { migration: Migration }) => {
  const diffs = diffOf(
    migration.spec?.components ?? [],
    migration.status.components,
    targetOf(migration),
  );
  const changed = diffs.filter(({ changes }) => changes.some(({ sign }) => sign !== " ")).length;
  return (
    <Card
      title="Changes on your workloads"
      aside={<span class="dim">{plural(changed, "workload")} will change</span>}
    >
      <div class="diffs">
        {diffs.map(({ component, workload, changes }) => (
          <figure key={component}>
            <figcaption>{workload}</figcaption>
            <pre tabIndex={0} aria-label={`Changes on ${workload}`}>
              {changes.length === 0 ? (
                <span class="dim">no change</span>
              ) : (
                changes.map(({ sign, text }) => (
                  <span key={text} class={sign === "+" ? "plus" : sign === "−" ? "minus" : ""}>
                    {`${sign} ${text}\n`}
                  </span>
                ))
              )}
            </pre>
          </figure>
        ))}
      </div>
    </Card>
  );
};

export const Plan = ({ migration }: ViewOptions) => (
  <div class="split even">
    <Card
      title={`From ${migration.status.phase} to ${targetOf(migration)}`}
      aside={<span class="dim">approval: {migration.spec?.approval}</span>}
    >
      <Way migration={migration} />
    </Card>
    <Diff migration={migration} />
  </div>
);
