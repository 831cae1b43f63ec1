/** What is around every view: who we talk to, all migrations, and the way between them. */
import { memo } from "preact/compat";
import { useState } from "preact/hooks";
import type { Migration } from "../facts.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./draw/icon.tsx";
import { healthOf } from "./health.ts";
import { KEYS } from "./keys.ts";
import type { Seen } from "./live.ts";
import { linkTo, type Route } from "./route.ts";
import { useInSight } from "./sight.ts";
import { ThemeButton } from "./theme.tsx";
import { PHASES, rank } from "./words.ts";

const connectionText = ({ connection, open }: Seen): [text: string, tone: string] => {
  if (!open) return ["the console has ended", "bad"];
  if (connection?.trouble) return [connection.trouble, "warn"];
  return ["live", "good"];
};

export const TopBar = ({ seen, help }: { seen: Seen; help: () => void }) => {
  const [text, tone] = connectionText(seen);
  return (
    <header class="top">
      <a class="brand" href="#/" aria-label="flashcard-otel">
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M2 15c4 0 4-10 8-10s4 10 8 10" />
        </svg>
        <span>flashcard-otel</span>
      </a>
      <span class="context" title="Context of the kubeconfig">
        {seen.connection?.context}
        {seen.connection?.namespace ? ` · ${seen.connection.namespace}` : ""}
      </span>
      <span class={`live tone-${tone}`} role="status">
        <span class="lamp" />
        {text}
      </span>
      <button type="button" class="quiet" onClick={help} aria-label="Keyboard short cuts" title="?">
        ?
      </button>
      <ThemeButton />
    </header>
  );
};

/** How far it has got, as five small bars. */
const Progress = memo(({ phase }: { phase: number }) => (
  <span class="progress" aria-hidden="true">
    {PHASES.slice(1).map((name, index) => (
      <i key={name} class={index < phase ? "done" : ""} />
    ))}
  </span>
));

interface EntryOptions {
  migration: Migration;
  current: boolean;
}

const Entry = memo(
  ({ migration, current }: EntryOptions) => {
    const { tone, text } = healthOf(migration);
    const link = useInSight(current);
    return (
      <li>
        <a ref={link} href={linkTo(migration)} aria-current={current ? "page" : undefined}>
          <span class={`mark tone-${tone}`}>
            <Icon name={tone} />
          </span>
          <span class="who">
            <b>{migration.name}</b>
            <small>{migration.namespace}</small>
          </span>
          <Progress phase={rank(migration.status.phase)} />
          <span class="visually-hidden">
            , {migration.status.phase}, {text}
          </span>
        </a>
      </li>
    );
  },
  (a, b) => a.migration === b.migration && a.current === b.current,
);

export const SideBar = ({ seen, route }: { seen: Seen; route: Route | undefined }) => (
  <nav class="side" aria-label="Migrations">
    <div class="stays">
      <a class="all" href="#/" aria-current={route ? undefined : "page"}>
        All migrations
        <span class="count">{seen.migrations.length}</span>
      </a>
      <ul>
        {seen.migrations.map((migration) => (
          <Entry
            key={migration.uid}
            migration={migration}
            current={route?.namespace === migration.namespace && route.name === migration.name}
          />
        ))}
      </ul>
    </div>
  </nav>
);

export const useHelp = (): [open: () => void, window: preact.JSX.Element | null] => {
  const [open, setOpen] = useState(false);
  const window = open ? (
    <Dialog title="Keyboard" close={() => setOpen(false)}>
      <dl class="keys">
        {KEYS.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog" class="buttons">
        <button type="submit">Close</button>
      </form>
    </Dialog>
  ) : null;
  return [() => setOpen(true), window];
};
