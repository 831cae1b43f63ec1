/** Keeps the agent below its budget: down the ladder at once, up again slowly. Pure: time and costs come from outside. */
import { LAST } from "./ladder.ts";

export interface Budget {
  /** CPU of the agent over that of the application: 0.01 is one per cent. */
  share: number;
  /** Comes back only while it costs less than this part of the budget; the next rung will cost more. */
  returnAt: number;
  /** How long it must have been cheap before one rung comes back. Doubles when coming back turns out to be too early. */
  holdMs: number;
}

export interface Costs {
  atMs: number;
  /** Both since the look before. */
  agentMs: number;
  cpuMs: number;
}

/** Below this much CPU since the last step nothing can be said. */
const LEAST_CPU_MS = 200;
/** Nor before the agent has spent as much, or would have at its budget: one entry that was timed while it lost the processor counts 6 ms. */
const LEAST_AGENT_MS = 10;
/** What a look is worth one look later, once there is enough. */
const MEMORY = 0.6;
const LONGEST_HOLD_MS = 1_800_000;
/** So far above the budget that one rung will hardly do. */
const FAR = 3;

export class Governor {
  private readonly budget: Budget;
  private agentMs = 0;
  private cpuMs = 0;
  private cheapSince: number | undefined;
  private returnedAt: number | undefined;
  private holdMs: number;
  /** Index into the ladder. */
  level = 0;

  constructor(budget: Budget) {
    this.budget = budget;
    this.holdMs = budget.holdMs;
  }

  /** Agent over application, of late; undefined while too little has happened. */
  get cost(): number | undefined {
    const application = this.cpuMs - this.agentMs;
    return this.knowsEnough && application > 0 ? this.agentMs / application : undefined;
  }

  private get knowsEnough(): boolean {
    const allowedMs = this.cpuMs * this.budget.share;
    return this.cpuMs >= LEAST_CPU_MS && Math.max(this.agentMs, allowedMs) >= LEAST_AGENT_MS;
  }

  /** The level from now on. */
  look({ atMs, agentMs, cpuMs }: Costs): number {
    // A process that does little is judged by more looks, not by less work.
    const memory = this.knowsEnough ? MEMORY : 1;
    this.agentMs = this.agentMs * memory + agentMs;
    this.cpuMs = this.cpuMs * memory + cpuMs;
    const { cost } = this;
    if (cost === undefined) return this.level;
    if (cost > this.budget.share) this.down(atMs, cost > FAR * this.budget.share ? 2 : 1);
    else if (cost > this.budget.share * this.budget.returnAt) this.cheapSince = undefined;
    else this.wait(atMs);
    return this.level;
  }

  private down(atMs: number, rungs: number): void {
    this.cheapSince = undefined;
    if (this.level === LAST) return;
    if (this.returnedAt !== undefined && atMs - this.returnedAt < this.holdMs)
      this.holdMs = Math.min(2 * this.holdMs, LONGEST_HOLD_MS);
    this.step(Math.min(LAST, this.level + rungs));
  }

  private wait(atMs: number): void {
    if (this.level === 0) return this.relax(atMs);
    this.cheapSince ??= atMs;
    if (atMs - this.cheapSince < this.holdMs) return;
    this.cheapSince = undefined;
    this.returnedAt = atMs;
    this.step(this.level - 1);
  }

  /** Everything has been back for long enough: whatever made it dear is over. */
  private relax(atMs: number): void {
    if (this.returnedAt === undefined || atMs - this.returnedAt < 2 * this.holdMs) return;
    this.holdMs = this.budget.holdMs;
    this.returnedAt = undefined;
  }

  /** What the old rung cost says nothing about the new one. */
  private step(level: number): void {
    this.level = level;
    this.agentMs = 0;
    this.cpuMs = 0;
  }
}
