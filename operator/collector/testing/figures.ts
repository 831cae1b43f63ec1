/** What a collector tells about itself. */
import type { Places } from "../places.ts";

export interface Figures {
  accepted: number;
  refused: number;
  sent: number;
  /** Given up after they had been taken into a queue. */
  failed: number;
  /** Not taken into a queue, because it was full. */
  turnedAway: number;
  queued: number;
  capacity: number;
}

const NAMES: Record<keyof Figures, string> = {
  accepted: "receiver_accepted_spans",
  refused: "receiver_refused_spans",
  sent: "exporter_sent_spans",
  failed: "exporter_send_failed_spans",
  turnedAway: "exporter_enqueue_failed_spans",
  queued: "exporter_queue_size",
  capacity: "exporter_queue_capacity",
};

/** Of spans, over all exporters and receivers. */
export const figuresOf = async ({ own }: Pick<Places, "own">): Promise<Figures> => {
  const response = await fetch(`http://${own.host}:${own.port}/metrics`);
  const lines = (await response.text()).split("\n");
  const sum = (name: string): number =>
    lines
      .filter((line) => new RegExp(`^otelcol_${name}(_total)?\\{`).test(line))
      .filter((line) => !/data_type="(metrics|logs)"/.test(line))
      .reduce((total, line) => total + Number(line.split(" ").at(-1)), 0);
  const read = Object.entries(NAMES).map(([figure, name]) => [figure, sum(name)]);
  return Object.fromEntries(read) as Figures;
};
