/** `verdict`: says again what the evidence of a trial proves. Anyone can; nothing but the evidence and the budget is needed. */
import { createHash } from "node:crypto";
import type { Control } from "@flashcard-otel/verdict/control.ts";
import { type Damaged, type Evidence, parseEvidence } from "@flashcard-otel/verdict/evidence.ts";
import type { Budget } from "@flashcard-otel/verdict/reading.ts";
import type { Verdict } from "@flashcard-otel/verdict/report.ts";
import { judgeTrial } from "@flashcard-otel/verdict/trial.ts";
import type { Handler, Request } from "../command.ts";
import type { Io } from "../io.ts";
import { emit } from "../text/emit.ts";
import { picture } from "../text/interval.ts";
import { type Colour, painter } from "../text/paint.ts";
import { EXIT, misuse, Trouble } from "../trouble.ts";

/** What a verdict is made from, wherever it comes from. */
export interface Case {
  text: string;
  from: string;
  budget: Partial<Budget>;
  profile: string;
  attempt?: string;
  /** sha256 that the status names, to compare with. */
  sealed?: string | undefined;
}

const DEFAULT: Budget = { cpuPercent: 1, guardPercent: 3, alpha: 0.05 };

export const verdict: Handler = async (request, io) => {
  const known = await caseOf(request, io);
  const budget = { ...DEFAULT, ...plannedIn(known.text), ...known.budget, ...budgetIn(request) };
  const control: Control =
    (request.text("profile") ?? known.profile) === "Metrics" ? "metrics" : "every";
  const parsed = parseEvidence(known.text, known.attempt ? { attempt: known.attempt } : {});
  const judged = judge(parsed, budget, control);
  const seal = sealOf(known);
  if (!(await emit({ ...judged, ...seal, from: known.from }, request.format, io)))
    io.print(lines({ judged, budget, parsed, seal, known }, io).join("\n") + "\n");
  return judged.verdict === "Passed" && seal.intact !== false ? EXIT.done : EXIT.no;
};

const caseOf = async (request: Request, io: Io): Promise<Case> => {
  const [component] = request.positionals;
  const configMap = request.text("evidence");
  if (component !== undefined || configMap !== undefined) {
    const { sealedCase } = await import("../reach/evidence.ts");
    return sealedCase(request, io);
  }
  const text = await io.input();
  if (text === undefined)
    throw misuse({
      what: "there is no evidence",
      why: "neither a component is named nor does anything come in on standard input",
      todo: "flashcard-otel verdict < evidence.jsonl, or flashcard-otel verdict COMPONENT",
    });
  return { text, from: "standard input", budget: {}, profile: "Lean" };
};

/** What the load was told, which is what it must be judged by. */
const plannedIn = (text: string): Partial<Budget> => {
  const parsed = parseEvidence(text);
  const [plan] = "lines" in parsed ? parsed.lines : [];
  if (plan?.kind !== "plan") return {};
  return {
    ...(plan.marginPercent === undefined ? {} : { cpuPercent: plan.marginPercent }),
    ...(plan.alpha === undefined ? {} : { alpha: plan.alpha }),
  };
};

const NUMBERS: Record<string, keyof Budget> = {
  cpu: "cpuPercent",
  guard: "guardPercent",
  alpha: "alpha",
};

const budgetIn = (request: Request): Partial<Budget> =>
  Object.fromEntries(
    Object.entries(NUMBERS).flatMap(([option, field]) => {
      const text = request.text(option);
      if (text === undefined) return [];
      const value = Number(text);
      if (Number.isFinite(value) && value > 0) return [[field, value]];
      throw misuse({
        what: `--${option} ${text} is no number above 0`,
        why: "a budget is a number",
        todo: `flashcard-otel verdict --${option} ${DEFAULT[field]}`,
      });
    }),
  );

type Judged = Verdict | (Pick<Verdict, "reason" | "message" | "pairs"> & { verdict: "Error" });

const judge = (parsed: Evidence | Damaged, budget: Budget, control: Control): Judged => {
  if ("damaged" in parsed)
    return { verdict: "Error", reason: "EvidenceDamaged", message: parsed.damaged, pairs: 0 };
  if (parsed.lines.length === 0)
    throw new Trouble({
      what: "the evidence is empty",
      why: "there is not even a line with the plan",
      todo: "give the whole of evidence.jsonl, as the operator has sealed it",
    });
  return judgeTrial(parsed, budget, { control });
};

interface Seal {
  sha256: string;
  /** Undefined where no status names a hash. */
  intact?: boolean;
}

const sealOf = ({ text, sealed }: Case): Seal => {
  const sha256 = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  return sealed === undefined ? { sha256 } : { sha256, intact: sealed === sha256 };
};

interface Answer {
  judged: Judged;
  budget: Budget;
  parsed: Evidence | Damaged;
  seal: Seal;
  known: Case;
}

const OUTCOMES: Record<Verdict["verdict"], Colour> = {
  Passed: "green",
  Failed: "red",
  Error: "red",
  Inconclusive: "yellow",
  Running: "cyan",
};

const WIDTH = 48;

const lines = ({ judged, budget, parsed, seal, known }: Answer, io: Io): string[] => {
  const paint = painter(io);
  return [
    `${paint(OUTCOMES[judged.verdict], judged.verdict)} (${judged.reason})`,
    `  ${judged.message}`,
    ...drawn(judged, budget),
    `  judged by: cpu ${budget.cpuPercent} %, guard ${budget.guardPercent} %, alpha ${budget.alpha}`,
    `  evidence:  ${known.from}, ${seal.sha256}${sealWords(seal)}`,
    ...("truncated" in parsed && parsed.truncated
      ? ["  the last line was cut off and left out: this is the verdict of what came before it"]
      : []),
  ];
};

const drawn = (judged: Judged, { cpuPercent }: Budget): string[] => {
  if (!("estimatePercent" in judged)) return [];
  const { estimatePercent, lowerPercent, upperPercent } = judged;
  if (estimatePercent === undefined || lowerPercent === undefined || upperPercent === undefined)
    return [];
  const interval = {
    estimate: estimatePercent,
    lower: lowerPercent,
    upper: upperPercent,
    limit: cpuPercent,
  };
  return [`  ${picture(interval, WIDTH)} budget ┃ ${cpuPercent} %`];
};

const sealWords = ({ intact }: Seal): string => {
  if (intact === undefined) return "";
  return intact
    ? ", as the status says"
    : ", but the status names another hash: NOT the sealed record";
};
