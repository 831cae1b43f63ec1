/**
 * One of several replicas works, by a Lease. Others judge it dead by their own clock only: when the Lease has not changed
 * for its whole length. Who cannot renew stops before that, and who leaves in good order hands over at once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, ClusterError, type Manifest, type Reference } from "./cluster/cluster.ts";
import { microTime } from "./cluster/time.ts";

export interface Candidacy {
  cluster: Cluster;
  namespace: string;
  name: string;
  identity: string;
  now: () => Date;
  log: { info: (message: string) => void; warn: (message: string) => void };
  times?: Partial<Times>;
}

export interface Times {
  /** How long a Lease counts without a sign of life. */
  leaseMs: number;
  /** After so long without a renewal the leader stops; below leaseMs. */
  giveUpMs: number;
  /** Between two tries. */
  everyMs: number;
}

const TIMES: Times = { leaseMs: 15_000, giveUpMs: 10_000, everyMs: 2000 };

export interface Leadership {
  isLeader: () => boolean;
  /** Resolves when this process leads for the first time. */
  won: Promise<void>;
  /** Resolves when it no longer may: stop writing at once. */
  lost: Promise<void>;
  /** Ends the candidacy and hands the Lease over. */
  release: () => Promise<void>;
}

interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

export const standFor = (candidacy: Candidacy): Leadership => {
  const candidate = new Candidate(candidacy);
  void candidate.run();
  return {
    isLeader: () => candidate.leads,
    won: candidate.won.promise,
    lost: candidate.lost.promise,
    release: () => candidate.release(),
  };
};

const API_VERSION = "coordination.k8s.io/v1";

class Candidate {
  readonly won = Promise.withResolvers<void>();
  readonly lost = Promise.withResolvers<void>();
  leads = false;
  readonly #candidacy: Candidacy;
  readonly #times: Times;
  readonly #end = new AbortController();
  /** The Lease as it was last seen, and since when by our clock. */
  #seen = { version: "", since: 0 };
  #renewedAt = 0;
  #done: Promise<void> = Promise.resolve();

  constructor(candidacy: Candidacy) {
    this.#candidacy = candidacy;
    this.#times = { ...TIMES, ...candidacy.times };
  }

  run(): Promise<void> {
    this.#done = this.#loop();
    return this.#done;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await this.#try();
      if (this.leads && performance.now() - this.#renewedAt > this.#times.giveUpMs)
        return this.#lose();
      const pause = this.#times.everyMs * (0.9 + Math.random() / 5);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  async #try(): Promise<void> {
    const began = performance.now();
    try {
      // An answer that comes after the deadline must not make us believe that we still lead.
      const holds = await Promise.race([this.#claim(), this.#late()]);
      if (holds) this.#win(began);
      else if (this.leads) this.#lose();
    } catch (error) {
      // Another one was quicker, or the API server does not answer: the next try will tell.
      if (error instanceof ClusterError && error.refusal === "Conflict") return;
      this.#candidacy.log.warn(`renewing the lease: ${String(error)}`);
    }
  }

  async #late(): Promise<never> {
    await sleep(this.#times.giveUpMs / 2, undefined, { ref: false });
    throw new Error(`no answer within ${this.#times.giveUpMs / 2} ms`);
  }

  /** Whether the Lease is ours after this try. */
  async #claim(): Promise<boolean> {
    const { cluster, identity } = this.#candidacy;
    const lease = await cluster.read(this.#reference());
    if (!lease) {
      await cluster.create({ ...this.#bare(), spec: this.#spec({}) });
      return true;
    }
    const spec = lease.spec as LeaseSpec;
    if (spec.holderIdentity && spec.holderIdentity !== identity && !this.#isExpired(lease))
      return false;
    await this.#write(lease, this.#spec(spec));
    return true;
  }

  #isExpired({ metadata }: Manifest): boolean {
    const { resourceVersion: version = "" } = metadata;
    if (version !== this.#seen.version) this.#seen = { version, since: performance.now() };
    return performance.now() - this.#seen.since > this.#times.leaseMs;
  }

  #spec(before: LeaseSpec): LeaseSpec {
    const { identity, now } = this.#candidacy;
    const isNew = before.holderIdentity !== identity;
    const time = microTime(now());
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.max(1, Math.round(this.#times.leaseMs / 1000)),
      acquireTime: isNew ? time : (before.acquireTime ?? time),
      renewTime: time,
      leaseTransitions: (before.leaseTransitions ?? 0) + (isNew ? 1 : 0),
    };
  }

  async #write({ metadata: { resourceVersion } }: Manifest, spec: LeaseSpec): Promise<void> {
    await this.#candidacy.cluster.merge(this.#reference(), { metadata: { resourceVersion }, spec });
  }

  #win(began: number): void {
    this.#renewedAt = began;
    if (this.leads) return;
    this.leads = true;
    this.#candidacy.log.info(`leading as ${this.#candidacy.identity}`);
    this.won.resolve();
  }

  #lose(): void {
    this.leads = false;
    this.#end.abort();
    this.#candidacy.log.warn("the lease is lost");
    this.lost.resolve();
  }

  async release(): Promise<void> {
    this.#end.abort();
    await this.#done;
    if (!this.leads) return;
    this.leads = false;
    try {
      const lease = await this.#candidacy.cluster.read(this.#reference());
      const spec = (lease?.spec ?? {}) as LeaseSpec;
      if (!lease || spec.holderIdentity !== this.#candidacy.identity) return;
      await this.#write(lease, {
        ...spec,
        holderIdentity: "",
        renewTime: microTime(this.#candidacy.now()),
      });
    } catch (error) {
      this.#candidacy.log.warn(`handing the lease over: ${String(error)}`);
    }
  }

  #reference(): Reference {
    const { namespace, name } = this.#candidacy;
    return { apiVersion: API_VERSION, kind: "Lease", namespace, name };
  }

  #bare(): Manifest {
    const { namespace, name } = this.#candidacy;
    return { apiVersion: API_VERSION, kind: "Lease", metadata: { name, namespace } };
  }
}
