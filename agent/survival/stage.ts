/** Plays one case: the same program on the same Node, once plain and once with the agent. */
import { join } from "node:path";
import { certificates, type Certificates } from "./certificates.ts";
import { openCollector, type Collector } from "./collector.ts";
import { FAULTS, type Fault } from "./faults.ts";
import { isSenseless, judge, type Verdict } from "./judge.ts";
import { launch, type Launch, type Running } from "./launch.ts";
import { late, type Outcome } from "./outcome.ts";
import type { Row } from "./row.ts";
import { visit, type Turn } from "./visit.ts";
import { Workshop } from "./workshop.ts";

const GOOD: Fault = {};
const NOTHING: Turn = { delivered: async () => undefined, strike: async () => undefined };

/** A row's programs as files. */
interface Files {
  code: string | undefined;
  before: string | undefined;
  after: string | undefined;
}

export class Stage {
  private readonly workshop: Workshop;
  private readonly certificates: Certificates;
  private readonly plain = new Map<string, Promise<Outcome>>();

  private constructor(workshop: Workshop, made: Certificates) {
    this.workshop = workshop;
    this.certificates = made;
  }

  static async build(): Promise<Stage> {
    const workshop = await Workshop.open();
    return new Stage(workshop, await certificates(workshop.folder));
  }

  remove(): Promise<void> {
    return this.workshop.close();
  }

  async play(row: Row, node: string): Promise<Verdict> {
    const files = await this.files(row);
    const plain = await this.plainly(row, this.plan(row, node, files));
    if (isSenseless(row, plain)) return { result: "senseless" };
    let withAgent = await this.withAgent(row, node, files);
    // A machine may stall once; an agent that holds a process back does so every time.
    if (late(plain, withAgent)) withAgent = await this.withAgent(row, node, files);
    return judge(row, { plain, withAgent });
  }

  /** The same program's plain run serves all faults of its surroundings. */
  private plainly(row: Row, plan: Launch): Promise<Outcome> {
    const key = JSON.stringify(plan);
    const known = this.plain.get(key) ?? run(row, plan, NOTHING);
    this.plain.set(key, known);
    return known;
  }

  private async withAgent(row: Row, node: string, files: Files): Promise<Outcome> {
    const fault = row.collector === undefined ? GOOD : FAULTS[row.collector];
    const bad = row.moment === "before" || row.moment === "start";
    const collector = await openCollector(fault, bad, this.certificates);
    try {
      const agent = await this.workshop.agent(row, collector.endpoint);
      const plan = this.plan(row, node, { ...files, agent });
      return await run(row, plan, turnOf(collector));
    } finally {
      collector.close();
    }
  }

  private async files({ code, esm, preloaded, postloaded }: Row): Promise<Files> {
    const file = (text?: string, extension?: string) =>
      text === undefined ? undefined : this.workshop.program(text, extension);
    return {
      code: await file(code, esm ? "mjs" : "cjs"),
      before: await file(preloaded),
      after: await file(postloaded),
    };
  }

  private plan(row: Row, node: string, files: Files & { agent?: string }): Launch {
    const { folder } = this.workshop;
    const witness = join(folder, "apps/witness.cjs");
    const preloads = [files.before, files.agent, files.after, witness].filter(isGiven);
    const args = [row.flags, [files.code], row.args].flatMap((some = []) => some).filter(isGiven);
    const options = [row.options, ...preloads.map((path) => `--require ${path}`)].filter(isGiven);
    return {
      command: [...(row.wrap ?? []), node, ...args.map((arg) => this.workshop.placed(arg))],
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: folder,
        NODE_EXTRA_CA_CERTS: this.certificates.trusted,
        NODE_OPTIONS: this.workshop.placed(options.join(" ")),
        ...row.env,
      },
      cwd: folder,
      stdin: row.stdin,
      deaf: row.deaf ?? false,
    };
  }
}

const isGiven = (value: string | undefined): value is string => value !== undefined;

const turnOf = (collector: Collector): Turn => ({
  delivered: () => collector.delivered(),
  strike: () => collector.turnBad(),
});

async function run(row: Row, plan: Launch, turn: Turn): Promise<Outcome> {
  const running = launch(plan);
  const answers = row.service ? await visited(running, row, turn) : [];
  return { ...(await running.ended), answers };
}

/** A service that could not be visited to the end is told to end all the same. */
function visited(running: Running, { moment }: Row, turn: Turn): Promise<string[]> {
  return visit(running, moment, turn).catch((error: Error) => {
    running.child.kill("SIGTERM");
    return [error.message];
  });
}
