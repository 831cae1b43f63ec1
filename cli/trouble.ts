/** What a person is told when something does not work: what happened, why, and what to do. */

/** Documented in docs/cli.md; scripts depend on them. */
export const EXIT = { done: 0, failed: 1, usage: 2, no: 3, forbidden: 4, missing: 5 } as const;

export const EXIT_MEANINGS: Record<number, string> = {
  [EXIT.done]: "done; or the answer is yes",
  [EXIT.failed]: "something failed on the way: no cluster, no answer, a file that cannot be read",
  [EXIT.usage]: "the command was used wrongly",
  [EXIT.no]: "the answer is no: unfit, refused, not proven, not at parity, in need of a person",
  [EXIT.forbidden]: "you may not do, or see, what was asked",
  [EXIT.missing]: "what was named does not exist",
};

interface Told {
  what: string;
  why: string;
  todo: string;
}

export class Trouble extends Error {
  readonly exit: number;
  readonly why: string;
  readonly todo: string;
  constructor({ what, why, todo }: Told, exit: number = EXIT.failed) {
    super(what);
    this.name = "Trouble";
    this.exit = exit;
    this.why = why;
    this.todo = todo;
  }
}

export const misuse = (told: Told): Trouble => new Trouble(told, EXIT.usage);
export const missing = (told: Told): Trouble => new Trouble(told, EXIT.missing);

type Thrown = Error & { refusal: string };

/** Anything that was thrown, as something a person can act on. */
export const troubleOf = (error: unknown): Trouble => {
  if (error instanceof Trouble) return error;
  const { name, refusal, message, cause } = error as Partial<Thrown>;
  const said = message ?? String(error);
  // By name: the classes live behind the client, which is not loaded to find out that it was not used.
  if (name === "ClusterError") return (refusals[refusal ?? ""] ?? failed)(said);
  if (name === "MeasurementError")
    return (cause as Partial<Thrown> | undefined)?.name === "ClusterError"
      ? troubleOf(cause)
      : unanswered(said);
  return new Trouble({
    what: "the command failed",
    why: said,
    todo: "run it again; if that does not help, report it with the output of `flashcard-otel diagnose`",
  });
};

const unanswered = (why: string): Trouble =>
  new Trouble({
    what: "a backend does not answer",
    why,
    todo: "see that it runs (kubectl get pods) and that its address in spec.legacy or spec.backends is right",
  });

const failed = (why: string): Trouble =>
  new Trouble({
    what: "the API server did not do what was asked",
    why,
    todo: "read the reason above; `flashcard-otel check` shows whether the cluster is fit",
  });

const forbidden = (why: string): Trouble =>
  why.includes(": 401 ")
    ? new Trouble(
        {
          what: "the API server does not know you",
          why,
          todo: "log in to the cluster again, or choose another user with --context",
        },
        EXIT.forbidden,
      )
    : new Trouble(
        {
          what: "you may not do that",
          why,
          todo: "ask whoever runs the cluster for the right that the reason names; `flashcard-otel check` lists what is needed",
        },
        EXIT.forbidden,
      );

const refusals: Record<string, (why: string) => Trouble> = {
  Forbidden: forbidden,
  NotFound: (why) =>
    why.includes("does not know the kind FlashcardTelemetry")
      ? missing({
          what: "flashcard-otel is not installed in this cluster",
          why,
          todo: "helm install flashcard-otel charts/flashcard-otel --namespace flashcard-otel --create-namespace; or choose another cluster with --context",
        })
      : missing({
          what: "an object does not exist",
          why,
          todo: "check the name and the namespace (-n)",
        }),
  Unavailable: (why) =>
    new Trouble({
      what: "the API server cannot be reached",
      why,
      todo: "see that `kubectl cluster-info` works; choose the cluster with --context or --kubeconfig",
    }),
  Conflict: (why) =>
    new Trouble({
      what: "somebody else changed the object at the same moment",
      why,
      todo: "run the command again",
    }),
};

/** Three lines, without colours: they may end up in a log. */
export const tell = ({ message, why, todo }: Trouble): string =>
  `error: ${message}\n  why:   ${why}\n  to do: ${todo}\n`;
