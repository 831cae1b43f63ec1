/** Small pieces that every view is made of. */
import type { ComponentChildren } from "preact";
import { Icon } from "./draw/icon.tsx";
import type { Tone } from "./words.ts";

export const Badge = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <span class={`badge tone-${tone}`}>
    <Icon name={tone} />
    {children}
  </span>
);

interface CardOptions {
  title: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
}

export const Card = ({ title, aside, children }: CardOptions) => (
  <section class="card">
    <header>
      <h3>{title}</h3>
      {aside}
    </header>
    {children}
  </section>
);

/** What a phase rests on: one fact a line. */
export const Evidence = ({ text }: { text: string }) => (
  <ul class="evidence">
    {text.split("; ").map((fact) => (
      <li key={fact}>{fact}</li>
    ))}
  </ul>
);

/** Nothing to see, and why; or what went wrong. */
export const Empty = ({ children }: { children: ComponentChildren }) => (
  <p class="empty">{children}</p>
);

export const Trouble = ({ error }: { error: string }) => (
  <p class="trouble" role="alert">
    <Icon name="warn" />
    {error}
  </p>
);

interface LoadedOptions<T> {
  asked: { data: T | undefined; error: string };
  children: (data: T) => ComponentChildren;
}

/** What was asked for, or where it stands. */
export const Loaded = <T,>({ asked, children }: LoadedOptions<T>) => {
  if (asked.error !== "") return <Trouble error={asked.error} />;
  return asked.data === undefined ? <Empty>Loading …</Empty> : <>{children(asked.data)}</>;
};

export const Facts = ({ rows }: { rows: [name: string, value: ComponentChildren][] }) => (
  <dl class="facts">
    {rows.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
