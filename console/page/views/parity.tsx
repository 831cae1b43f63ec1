/** Old numbers against new ones, row by row over one window. */
import { useState } from "preact/hooks";
import type { Status } from "../../../operator/migration/schema.ts";
import type { ViewOptions } from "../migration.tsx";
import { Badge, Empty } from "../parts.tsx";
import { day, parityTone, plural, type Tone } from "../words.ts";

const ORDER: Tone[] = ["bad", "warn", "busy", "good", "idle"];

type Rows = NonNullable<Status["parity"]>["rows"];

const worstFirst = <T extends { verdict: string }>(rows: T[]): T[] =>
  rows.toSorted(
    (a, b) => ORDER.indexOf(parityTone(a.verdict)) - ORDER.indexOf(parityTone(b.verdict)),
  );

interface ChipsOptions {
  rows: Rows;
  only: string;
  choose: (verdict: string) => void;
}

/** How many of each verdict; a press shows only these. */
const Chips = ({ rows, only, choose }: ChipsOptions) => (
  <div class="chips" role="group" aria-label="Show only">
    {[...new Set(worstFirst(rows).map(({ verdict }) => verdict))].map((verdict) => (
      <button
        key={verdict}
        type="button"
        class={`chip tone-${parityTone(verdict)}`}
        aria-pressed={only === verdict}
        onClick={() => choose(only === verdict ? "" : verdict)}
      >
        {verdict}
        <b>{rows.filter((row) => row.verdict === verdict).length}</b>
      </button>
    ))}
  </div>
);

const Table = ({ rows }: { rows: Rows }) => (
  <div class="scroll" tabIndex={0} role="region" aria-label="Rows">
    <table class="list">
      <thead>
        <tr>
          <th scope="col">Row</th>
          <th scope="col">Verdict</th>
          <th scope="col">What was seen</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ row, verdict, message }) => (
          <tr key={row}>
            <th scope="row">{row}</th>
            <td>
              <Badge tone={parityTone(verdict)}>{verdict}</Badge>
            </td>
            <td class="message">{message}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

export const Parity = ({ migration }: ViewOptions) => {
  const [only, choose] = useState("");
  const { parity } = migration.status;
  if (!parity)
    return (
      <Empty>
        {migration.spec?.parity
          ? "No window has been compared yet: that is step 3, Validated."
          : "spec.parity names no map: nothing is compared."}
      </Empty>
    );
  const rows = worstFirst(parity.rows.filter(({ verdict }) => only === "" || verdict === only));
  return (
    <section class="card">
      <header>
        <h3>{plural(parity.rows.length, "row")}</h3>
        <span class="dim">
          {day(parity.windowStart)} to {day(parity.windowEnd)}
        </span>
        <Chips rows={parity.rows} only={only} choose={choose} />
      </header>
      <div class="tiles big" aria-hidden="true">
        {rows.map(({ row, verdict }) => (
          <i key={row} class={`tone-${parityTone(verdict)}`} title={`${row}: ${verdict}`} />
        ))}
      </div>
      <Table rows={rows} />
    </section>
  );
};
