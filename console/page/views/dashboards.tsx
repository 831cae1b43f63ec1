/** The migration's own dashboards, old and new side, drawn from the Prometheus that they belong to. */
import { useState } from "preact/hooks";
import type { Board, Line, Migration, Panel } from "../../facts.ts";
import { pathOf, useAsk } from "../ask.ts";
import { Chart } from "../draw/chart.tsx";
import { formatOf, ticksOf } from "../draw/unit.ts";
import type { ViewOptions } from "../migration.tsx";
import { Empty, Loaded } from "../parts.tsx";

const SIDES = { otel: "OpenTelemetry", legacy: "Legacy" } as const;
type Side = keyof typeof SIDES;

const SPANS = [15, 60, 360] as const;
const REFRESH_MS = 15_000;

interface Where {
  migration: Migration;
  side: Side;
  minutes: number;
}

interface PanelOptions {
  where: Where;
  panel: Panel;
  /** Board and panel, counted. */
  place: [number, number];
}

const PanelCard = ({ where, panel, place: [board, index] }: PanelOptions) => {
  const { migration, side, minutes } = where;
  const more = { side, board: String(board), panel: String(index), minutes: String(minutes) };
  const asked = useAsk<Line[]>(pathOf("panel", migration, more), { everyMs: REFRESH_MS });
  return (
    <section class={`card ${panel.width > 0.6 ? "full" : ""}`}>
      <header>
        <h4>{panel.title}</h4>
      </header>
      <Loaded asked={asked}>
        {(lines) =>
          lines.length === 0 ? (
            <Empty>no data</Empty>
          ) : (
            <Chart
              label={panel.title}
              lines={lines}
              height={130}
              format={formatOf(panel.unit)}
              ticksOf={ticksOf(panel.unit)}
            />
          )
        }
      </Loaded>
    </section>
  );
};

const BoardView = ({ where, board, nth }: { where: Where; board: Board; nth: number }) => {
  const rows = [...new Set(board.panels.map(({ row }) => row))];
  return (
    <>
      {rows.map((row) => (
        <section key={row} class="board">
          <h3>{row || board.title}</h3>
          <div class="panels">
            {board.panels.map((panel, index) =>
              panel.row === row ? (
                <PanelCard
                  key={`${where.side}${index}`}
                  where={where}
                  panel={panel}
                  place={[nth, index]}
                />
              ) : null,
            )}
          </div>
        </section>
      ))}
    </>
  );
};

interface ChoiceOptions {
  side: Side;
  setSide: (side: Side) => void;
  minutes: number;
  setMinutes: (minutes: number) => void;
}

const Choice = ({ side, setSide, minutes, setMinutes }: ChoiceOptions) => (
  <div class="bar">
    <div class="chips" role="group" aria-label="Source">
      {(Object.keys(SIDES) as Side[]).map((one) => (
        <button
          key={one}
          type="button"
          class="chip"
          aria-pressed={one === side}
          onClick={() => setSide(one)}
        >
          {SIDES[one]}
        </button>
      ))}
    </div>
    <label>
      Last{" "}
      <select value={minutes} onChange={(event) => setMinutes(Number(event.currentTarget.value))}>
        {SPANS.map((span) => (
          <option key={span} value={span}>
            {span < 60 ? `${span} minutes` : `${span / 60} h`}
          </option>
        ))}
      </select>
    </label>
  </div>
);

export const Dashboards = ({ migration }: ViewOptions) => {
  const [side, setSide] = useState<Side>("otel");
  const [minutes, setMinutes] = useState<number>(SPANS[0]);
  const asked = useAsk<Board[]>(pathOf("boards", migration, { side }));
  const where = { migration, side, minutes };
  return (
    <>
      <Choice side={side} setSide={setSide} minutes={minutes} setMinutes={setMinutes} />
      <Loaded asked={asked}>
        {(found) =>
          found.length === 0 ? (
            <Empty>spec.dashboards names no dashboard of this side.</Empty>
          ) : (
            <>
              {found.map((board, nth) => (
                <BoardView key={`${side}${board.title}`} where={where} board={board} nth={nth} />
              ))}
            </>
          )
        }
      </Loaded>
    </>
  );
};
