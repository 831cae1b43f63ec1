/** All migrations at once: how far each has got, and every component of them in one list that can be narrowed. */
import type { RefObject } from "preact";
import { memo } from "preact/compat";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ComponentSpec, ComponentStatus } from "../../operator/migration/schema.ts";
import type { Migration } from "../facts.ts";
import { Interval } from "./draw/interval.tsx";
import { healthOf } from "./health.ts";
import { Badge, Empty } from "./parts.tsx";
import { linkTo } from "./route.ts";
import { gist, PHASES, plural, rank, stageOf, type Tone } from "./words.ts";

interface Row {
  key: string;
  migration: Migration;
  spec: ComponentSpec;
  status: ComponentStatus | undefined;
  /** What the filter looks at. */
  text: string;
}

const rowsOf = (migrations: Migration[]): Row[] =>
  migrations.flatMap((migration) =>
    (migration.spec?.components ?? []).map((spec) => {
      const status = migration.status.components.find(({ name }) => name === spec.name);
      const { namespace, name } = migration;
      return {
        key: `${migration.uid}/${spec.name}`,
        migration,
        spec,
        status,
        text: `${namespace}/${name} ${spec.name} ${status?.stage ?? "Waiting"} ${status?.reason ?? ""}`.toLowerCase(),
      };
    }),
  );

const Line = ({ row: { migration, spec, status } }: { row: Row }) => {
  const stage = stageOf(status?.stage ?? "Waiting");
  return (
    <tr>
      <th scope="row">
        <a href={linkTo(migration, "steps")}>{spec.name}</a>
      </th>
      <td class="from dim">
        {migration.namespace}/{migration.name}
      </td>
      <td>
        <Badge tone={stage.tone}>{stage.text}</Badge>
      </td>
      <td class="cost">
        {status?.verdict ? (
          <Interval verdict={status.verdict} budget={migration.spec?.budget.cpuPercent ?? 1} />
        ) : (
          <span class="dim">—</span>
        )}
      </td>
      <td class="message" title={status?.message}>
        {status && gist(status.message)}
      </td>
    </tr>
  );
};

/** A resource that has not changed is the same object: its rows need no second look. */
const ComponentRow = memo(
  Line,
  (a, b) => a.row.migration === b.row.migration && a.row.key === b.row.key,
);

const TONES: Tone[] = ["bad", "warn", "busy", "idle", "good"];

/** One small square per component, worst first: a fleet at a glance. */
const Tiles = memo(({ migration }: { migration: Migration }) => {
  const tones = (migration.spec?.components ?? []).map(
    ({ name }) =>
      stageOf(migration.status.components.find((one) => one.name === name)?.stage ?? "Waiting")
        .tone,
  );
  const sorted = tones.toSorted((a, b) => TONES.indexOf(a) - TONES.indexOf(b));
  const counts = TONES.map((tone) => [tone, tones.filter((one) => one === tone).length] as const);
  const words: Record<Tone, string> = {
    good: "instrumented",
    busy: "moving",
    warn: "going back",
    bad: "held or taken back",
    idle: "waiting",
  };
  const label = counts
    .filter(([, count]) => count > 0)
    .map(([tone, count]) => `${count} ${words[tone]}`)
    .join(", ");
  return (
    <span class="tiles" role="img" aria-label={label} title={label}>
      {sorted.map((tone, index) => (
        <i key={index} class={`tone-${tone}`} />
      ))}
    </span>
  );
});

const Track = ({ migration }: { migration: Migration }) => (
  <ol class="mini-track" aria-label={`at ${migration.status.phase}`}>
    {PHASES.slice(1).map((phase) => (
      <li key={phase} class={rank(phase) <= rank(migration.status.phase) ? "done" : ""}>
        {phase}
      </li>
    ))}
  </ol>
);

const MigrationCard = memo(({ migration }: { migration: Migration }) => {
  const { tone, text } = healthOf(migration);
  const { downtime } = migration.status;
  return (
    <li class="card">
      <header>
        <h2>
          <a href={linkTo(migration)}>
            <span class="dim">{migration.namespace}/</span>
            {migration.name}
          </a>
        </h2>
        <Badge tone={tone}>{text}</Badge>
      </header>
      <Track migration={migration} />
      <Tiles migration={migration} />
      <footer class="dim">
        <span>{plural(migration.spec?.components.length ?? 0, "component")}</span>
        <span>
          {downtime
            ? `${downtime.failed} failed of ${downtime.sent.toLocaleString("en")}`
            : "no pulse"}
        </span>
      </footer>
    </li>
  );
});

/** Those that need a person come first. */
const urgentFirst = (migrations: Migration[]): Migration[] =>
  migrations.toSorted((a, b) => TONES.indexOf(healthOf(a).tone) - TONES.indexOf(healthOf(b).tone));

/** The whole fleet in one line: how many migrations are how, how many components are done. */
const Summary = ({ migrations, rows }: { migrations: Migration[]; rows: Row[] }) => {
  const groups = Object.groupBy(migrations.map(healthOf), ({ text }) => text);
  const done = rows.filter(({ status }) => status?.stage === "Instrumented").length;
  return (
    <div class="head">
      <h1>All migrations</h1>
      {Object.values(groups).map((same = []) => {
        const [one] = same;
        return (
          one && (
            <Badge key={one.text} tone={one.tone}>
              {same.length} {one.text.toLowerCase()}
            </Badge>
          )
        );
      })}
      <span class="dim">
        {done.toLocaleString("en")} of {plural(rows.length, "component")} instrumented
      </span>
    </div>
  );
};

/** As many as are drawn at first, and again whenever the end comes into sight. */
const PAGE = 60;

/** Thousands of rows are never all drawn: more come as the end of those that are is approached, by wheel or by Tab. */
const useGrowing = (total: number): [shown: number, end: RefObject<HTMLDivElement | null>] => {
  const end = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState(PAGE);
  useEffect(() => {
    const watcher = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && setShown((now) => Math.min(total, now + PAGE)),
      { rootMargin: "400px" },
    );
    if (end.current && shown < total) watcher.observe(end.current);
    return () => watcher.disconnect();
  }, [shown, total]);
  return [shown, end];
};

const Components = ({ rows }: { rows: Row[] }) => {
  const [shown, end] = useGrowing(rows.length);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Components">
      <table class="list fleet" aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            <th scope="col">Component</th>
            <th scope="col">Migration</th>
            <th scope="col">Stage</th>
            <th scope="col">CPU per item</th>
            <th scope="col">Now</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row) => (
            <ComponentRow key={row.key} row={row} />
          ))}
        </tbody>
      </table>
      <div ref={end} />
    </div>
  );
};

export const Fleet = ({ migrations }: { migrations: Migration[] }) => {
  const [filter, setFilter] = useState("");
  const rows = useMemo(() => rowsOf(migrations), [migrations]);
  const sorted = useMemo(() => urgentFirst(migrations), [migrations]);
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = rows.filter(({ text }) => words.every((word) => text.includes(word)));
  if (migrations.length === 0)
    return (
      <Empty>
        There is no FlashcardTelemetry here yet. Create one:{" "}
        <code>kubectl apply -f migration.yaml</code>
      </Empty>
    );
  return (
    <>
      <Summary migrations={sorted} rows={rows} />
      <ul class="cards">
        {sorted.map((migration) => (
          <MigrationCard key={migration.uid} migration={migration} />
        ))}
      </ul>
      <div class="bar">
        <h2>Components</h2>
        <input
          type="search"
          placeholder="Filter: name, namespace, stage, reason"
          aria-label="Filter components"
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
        <span class="dim" role="status">
          {shown.length === rows.length
            ? plural(rows.length, "component")
            : `${shown.length} of ${plural(rows.length, "component")}`}
        </span>
      </div>
      <Components key={filter} rows={shown} />
    </>
  );
};
