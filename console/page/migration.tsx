/** One migration: how far it is, what can be told to it, and its views. */
import type { ComponentType } from "preact";
import type { Phase } from "../../operator/migration/schema.ts";
import type { Migration } from "../facts.ts";
import { Commands } from "./commands.tsx";
import { Icon } from "./draw/icon.tsx";
import { healthOf, targetOf } from "./health.ts";
import { Badge, Trouble } from "./parts.tsx";
import { useInSight } from "./sight.ts";
import { linkTo, type Route, type View, VIEWS } from "./route.ts";
import { Dashboards } from "./views/dashboards.tsx";
import { History } from "./views/history.tsx";
import { Parity } from "./views/parity.tsx";
import { Plan } from "./views/plan.tsx";
import { Pulse } from "./views/pulse.tsx";
import { Steps } from "./views/steps.tsx";
import { Traces } from "./views/traces.tsx";
import { Verdicts } from "./views/verdicts.tsx";
import { PHASES, rank, stepOf } from "./words.ts";

export interface ViewOptions {
  migration: Migration;
  /** What is chosen inside the view. */
  detail: string;
}

const views: Record<View, { title: string; show: ComponentType<ViewOptions> }> = {
  steps: { title: "Steps", show: Steps },
  verdicts: { title: "Verdicts", show: Verdicts },
  parity: { title: "Parity", show: Parity },
  traces: { title: "Traces", show: Traces },
  pulse: { title: "Pulse", show: Pulse },
  dashboards: { title: "Dashboards", show: Dashboards },
  history: { title: "History", show: History },
  plan: { title: "Plan", show: Plan },
};

type Position = "done" | "now" | "ahead" | "beyond";

const positionOf = (
  index: number,
  { phase, target }: { phase: number; target: number },
): Position => {
  if (index <= phase) return "done";
  if (index === phase + 1 && target > phase) return "now";
  return index <= target ? "ahead" : "beyond";
};

const WORDS: Record<Position, string> = {
  done: "proven",
  now: "being proven",
  ahead: "to come",
  beyond: "not asked for",
};

const Track = ({ migration }: { migration: Migration }) => {
  const target = targetOf(migration);
  const where = { phase: rank(migration.status.phase), target: rank(target) };
  return (
    <section class="track-box">
      <ol class="track" aria-label="Steps">
        {PHASES.map((phase, index) => {
          const position = positionOf(index, where);
          return (
            <li
              key={phase}
              class={position}
              aria-current={phase === migration.status.phase ? "step" : undefined}
            >
              <span class="node">{position === "done" ? <Icon name="good" /> : index}</span>
              <span class="step">
                <b>{phase}</b>
                <small>{stepOf(phase).does}</small>
              </span>
              {phase === target && (
                <span class="goal" title="target">
                  <Icon name="flag" />
                  <span class="visually-hidden">target</span>
                </span>
              )}
              <span class="visually-hidden">{WORDS[position]}</span>
            </li>
          );
        })}
      </ol>
      <TrackWords from={migration.status.phase} to={target} />
    </section>
  );
};

/** The track in a sentence, where there is no room for the names of its steps. */
const TrackWords = ({ from, to }: { from: Phase; to: Phase }) => (
  <p class="track-words" aria-hidden="true">
    {from === to ? (
      <>
        at <b>{to}</b>, its target
      </>
    ) : (
      <>
        <b>{from}</b> is proven, on the way to <b>{to}</b>
      </>
    )}
  </p>
);

const Tab = ({ route, view }: { route: Route; view: View }) => {
  const current = view === route.view;
  return (
    <a
      ref={useInSight(current)}
      href={linkTo(route, view)}
      aria-current={current ? "page" : undefined}
      title={`key ${VIEWS.indexOf(view) + 1}`}
    >
      {views[view].title}
    </a>
  );
};

const Tabs = ({ route }: { route: Route }) => (
  <nav class="tabs" aria-label="Views">
    {VIEWS.map((view) => (
      <Tab key={view} route={route} view={view} />
    ))}
  </nav>
);

export const MigrationPage = ({ migration, route }: { migration: Migration; route: Route }) => {
  const { tone, text } = healthOf(migration);
  const { title, show: Show } = views[route.view];
  return (
    <>
      <div class="head">
        <h1>
          <span class="dim">{migration.namespace}/</span>
          {migration.name}
        </h1>
        <Badge tone={tone}>{text}</Badge>
        <Commands migration={migration} />
      </div>
      {migration.invalid && <Trouble error={`The resource cannot be read: ${migration.invalid}`} />}
      <Track migration={migration} />
      <Tabs route={route} />
      <div class="view">
        <h2 class="visually-hidden">{title}</h2>
        <Show key={`${migration.uid}/${route.view}`} migration={migration} detail={route.detail} />
      </div>
    </>
  );
};
