/** What is sent to and received from one queue: templates, durations and counts by outcome, in the words of `messaging.*`. */
import { now } from "../core/clock.ts";
import { Details } from "../core/details.ts";
import { recordChild, withDetails, withExtra } from "../core/ring.ts";
import { finish, type Scope, type Span } from "../core/span.ts";
import { CONSUMER, PRODUCER, register } from "../core/template.ts";
import type { Instrument } from "../metrics/instrument.ts";
import { counter, seconds } from "../metrics/own.ts";
import type { Series } from "../metrics/series.ts";

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const sendDuration = seconds("messaging.client.operation.duration", SECONDS);
const processDuration = seconds("messaging.process.duration", SECONDS);
const sentMessages = counter("messaging.client.sent.messages", "{message}");
const consumedMessages = counter("messaging.client.consumed.messages", "{message}");

/** A message that is on its way. */
export interface Sent {
  scope: Scope | undefined;
  root: null;
  /** Null where nothing is recorded. */
  parent: Span | null;
  low: number;
  start: number;
}

/** A message that was processed; without a span where it was not looked at. */
export interface Received {
  span: Span | null;
  start: number;
  id: string | undefined;
}

interface Outcome {
  template: number;
  duration: Series;
  messages: Series;
}

interface Direction {
  operation: string;
  type: string;
  kind: number;
  duration: Instrument;
  messages: Instrument;
}

const SEND: Direction = {
  operation: "add",
  type: "send",
  kind: PRODUCER,
  duration: sendDuration,
  messages: sentMessages,
};
const PROCESS: Direction = {
  operation: "process",
  type: "process",
  kind: CONSUMER,
  duration: processDuration,
  messages: consumedMessages,
};

const ERRORS = 50;
const NO_ERROR = "";

export class Destination {
  private readonly system: string;
  private readonly name: string;
  private readonly outcomes = new Map<Direction, Map<string, Outcome>>([
    [SEND, new Map()],
    [PROCESS, new Map()],
  ]);

  constructor(system: string, name: string) {
    this.system = system;
    this.name = name;
  }

  /** One message (`id`) or several (`count`), or none (`error`). */
  sent(
    { scope, parent, low, start }: Sent,
    about: { id?: string | undefined; count?: number; error?: string },
  ): void {
    const { template, duration, messages } = this.outcome(SEND, about.error);
    const end = now();
    duration.record((end - start) / 1e3);
    messages.record(about.count ?? 1);
    if (parent === null) return;
    if (scope?.bag?.attributes) withExtra(scope.bag.attributes);
    const details = new Details();
    if (about.id !== undefined) details.set("messaging.message.id", about.id);
    if (about.count !== undefined) details.set("messaging.batch.message_count", about.count);
    withDetails(details);
    recordChild(template, parent, low, start, end);
  }

  processed({ span, start, id }: Received, error: string | undefined): void {
    const { template, duration, messages } = this.outcome(PROCESS, error);
    const end = now();
    duration.record((end - start) / 1e3);
    messages.record(1);
    if (span?.recording !== true) return;
    if (id !== undefined) span.setAttribute("messaging.message.id", id);
    finish(span, template, end);
  }

  private outcome(direction: Direction, error = NO_ERROR): Outcome {
    const outcomes = this.outcomes.get(direction) as Map<string, Outcome>;
    const known = outcomes.get(error);
    if (known !== undefined) return known;
    if (outcomes.size >= ERRORS && error !== "_OTHER") return this.outcome(direction, "_OTHER");
    const built = this.build(direction, error);
    outcomes.set(error, built);
    return built;
  }

  private build({ operation, type, kind, duration, messages }: Direction, error: string): Outcome {
    const shared = {
      "messaging.system": this.system,
      "messaging.destination.name": this.name,
      "messaging.operation.name": operation,
      ...(error === NO_ERROR ? {} : { "error.type": error }),
    };
    const attributes = { ...shared, "messaging.operation.type": type };
    const name = `${operation} ${this.name}`;
    return {
      template: register({ name, kind, attributes, error: error !== NO_ERROR }),
      duration: duration.series(shared),
      messages: messages.series(shared),
    };
  }
}
