/** Traces of the pipeline, and one of them as a tree over time. */
import { useState } from "preact/hooks";
import type { Trace } from "../../../operator/measurement/jaeger.ts";
import type { Migration, TraceSummary } from "../../facts.ts";
import { pathOf, useAsk } from "../ask.ts";
import { rowsOf, type SpanRow } from "../draw/spans.ts";
import type { ViewOptions } from "../migration.tsx";
import { Badge, Card, Empty, Loaded } from "../parts.tsx";
import { linkTo } from "../route.ts";
import { clock, duration, plural } from "../words.ts";

const lengthOf = (micros: number): string => duration(micros / 1e6);

const isError = ({ span: { tags } }: SpanRow): boolean =>
  tags["error"] === "true" || tags["otel.status_code"] === "ERROR";

interface LineOptions {
  row: SpanRow;
  /** Number of the service, for its colour. */
  colour: number;
  chosen: boolean;
  choose: () => void;
}

const SpanLine = ({ row, colour, chosen, choose }: LineOptions) => {
  const { span, depth, from, width } = row;
  return (
    <li class={`span line-${colour % 8}`}>
      <button type="button" aria-expanded={chosen} onClick={choose}>
        <span class="name" style={{ paddingInlineStart: `${depth * 14}px` }}>
          <span class="swatch" />
          <b>{span.service}</b>
          <span class="what">{span.name}</span>
          {isError(row) && <Badge tone="bad">error</Badge>}
        </span>
        <span class="lane" aria-hidden="true">
          <i style={{ left: `${from * 100}%`, width: `max(2px, ${width * 100}%)` }} />
        </span>
        <span class="number">{lengthOf(span.durationMicros)}</span>
      </button>
      {chosen && (
        <dl class="tags">
          {Object.entries(span.tags).map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
};

const Waterfall = ({ trace }: { trace: Trace }) => {
  const [chosen, choose] = useState("");
  const rows = rowsOf(trace);
  const services = [...new Set(rows.map(({ span }) => span.service))];
  return (
    <ol class="waterfall" aria-label={`Trace ${trace.traceId}`}>
      {rows.map((row) => (
        <SpanLine
          key={row.span.spanId}
          row={row}
          colour={services.indexOf(row.span.service)}
          chosen={chosen === row.span.spanId}
          choose={() => choose(chosen === row.span.spanId ? "" : row.span.spanId)}
        />
      ))}
    </ol>
  );
};

const One = ({ migration, traceId }: { migration: Migration; traceId: string }) => {
  const asked = useAsk<Trace | null>(pathOf("trace", migration, { id: traceId }));
  return (
    <Card title="Trace" aside={<code>{traceId}</code>}>
      <Loaded asked={asked}>
        {(trace) =>
          trace ? <Waterfall trace={trace} /> : <Empty>Jaeger has no such trace any more.</Empty>
        }
      </Loaded>
    </Card>
  );
};

interface ListOptions {
  migration: Migration;
  found: TraceSummary[];
  current: string;
}

const List = ({ migration, found, current }: ListOptions) => (
  <nav class="picker" aria-label="Traces">
    {found.map((trace) => (
      <a
        key={trace.traceId}
        href={linkTo(migration, "traces", trace.traceId)}
        aria-current={trace.traceId === current ? "true" : undefined}
      >
        <b>{trace.name}</b>
        <small>
          {clock(trace.startMicros / 1000)} · {lengthOf(trace.durationMicros)} ·{" "}
          {plural(trace.spans, "span")} · {plural(trace.services.length, "service")}
        </small>
        {trace.errors > 0 && <Badge tone="bad">{plural(trace.errors, "error")}</Badge>}
      </a>
    ))}
  </nav>
);

export const Traces = ({ migration, detail }: ViewOptions) => {
  const names = migration.spec?.components.map(({ name }) => name) ?? [];
  const [service, setService] = useState(names.at(-1) ?? "");
  const asked = useAsk<TraceSummary[]>(pathOf("traces", migration, { service }));
  return (
    <>
      <div class="bar">
        <label>
          Service{" "}
          <select value={service} onChange={(event) => setService(event.currentTarget.value)}>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <span class="dim">the last hour; those that crossed most services first</span>
      </div>
      <Loaded asked={asked}>
        {(found) => {
          const current = detail || (found[0]?.traceId ?? "");
          if (current === "") return <Empty>No trace of {service} within the last hour.</Empty>;
          return (
            <div class="split">
              <List migration={migration} found={found} current={current} />
              <div class="stack">
                <One migration={migration} traceId={current} />
              </div>
            </div>
          );
        }}
      </Loaded>
    </>
  );
};
