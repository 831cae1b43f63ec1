/**
 * Tells about changes of objects for as long as the process lives, whatever the API server does in between: a watch that
 * ends is opened again, one that fails or falls silent is replaced by a fresh list, and every list tells what has gone.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Manifest, ObjectMeta } from "./cluster.ts";
import type { Paths } from "./paths.ts";
import type { Wire } from "./wire.ts";

export interface Interest {
  apiVersion: string;
  kind: string;
  /** Empty: all of them. */
  namespace: string;
  labels?: string;
  /** Metadata are enough to know whom a change concerns; pods are large. */
  metadataOnly?: boolean;
}

export interface Change {
  type: "Present" | "Gone";
  object: Manifest;
}

export interface Listener {
  onChange: (change: Change) => void;
  /** A watch had to be replaced; the loop goes on by itself. */
  onTrouble: (error: Error) => void;
}

export interface Watch {
  /** True once everything that was there at the beginning has been told. */
  synced: () => boolean;
  stop: () => Promise<void>;
}

export interface Patience {
  /** Bookmarks come about once a minute, even when nothing happens. */
  silenceMs: number;
  /** A fresh list heals what a watch has lost without anybody noticing. */
  relistMs: number;
  firstPauseMs: number;
  longestPauseMs: number;
}

const PATIENCE: Patience = {
  silenceMs: 70_000,
  relistMs: 600_000,
  firstPauseMs: 500,
  longestPauseMs: 30_000,
};

export type OpenWatch = (interest: Interest, listener: Listener) => Watch;

export const watcher =
  (wire: Wire, paths: Paths, patience: Partial<Patience> = {}): OpenWatch =>
  (interest, listener) => {
    const end = new AbortController();
    const loop = new Loop({
      wire,
      paths,
      interest,
      listener,
      patience: { ...PATIENCE, ...patience },
      signal: end.signal,
    });
    const done = loop.run();
    return {
      synced: () => loop.synced,
      stop: async () => {
        end.abort();
        await done;
      },
    };
  };

interface Setting {
  wire: Wire;
  paths: Paths;
  interest: Interest;
  listener: Listener;
  patience: Patience;
  signal: AbortSignal;
}

interface Event {
  type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  object: Manifest & { code?: number; message?: string };
}

interface Page {
  metadata: { resourceVersion?: string; continue?: string };
  /** A list of metadata that is empty has none at all. */
  items: Manifest[] | null;
}

const key = ({ namespace = "", name }: ObjectMeta): string => `${namespace}/${name}`;

class Loop {
  synced = false;
  readonly #setting: Setting;
  /** What was told to be present, so that a list can tell what has gone. */
  readonly #known = new Map<string, Manifest>();
  #version = "";
  #failures = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  async run(): Promise<void> {
    const { signal, listener } = this.#setting;
    while (!signal.aborted) {
      try {
        await this.#list();
        await this.#follow(performance.now() + this.#setting.patience.relistMs);
      } catch (error) {
        if (signal.aborted) return;
        listener.onTrouble(error as Error);
        await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    const { firstPauseMs, longestPauseMs } = this.#setting.patience;
    const pause = Math.min(firstPauseMs * 2 ** this.#failures, longestPauseMs);
    this.#failures += 1;
    const { signal } = this.#setting;
    await sleep(pause * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
  }

  async #list(): Promise<void> {
    const seen = new Set<string>();
    let next: string | undefined;
    do {
      const page = await this.#page(next);
      for (const object of page.items ?? []) {
        seen.add(key(object.metadata));
        this.#tell("Present", object);
      }
      this.#version = page.metadata.resourceVersion ?? "";
      next = page.metadata.continue;
    } while (next);
    for (const [name, object] of this.#known) if (!seen.has(name)) this.#tell("Gone", object);
    this.synced = true;
  }

  async #page(next: string | undefined): Promise<Page> {
    const path = await this.#path({ limit: "500", ...(next ? { continue: next } : {}) });
    const answer = await this.#setting.wire.call({
      method: "GET",
      path,
      headers: this.#accept("List"),
      repeatable: true,
    });
    if (answer.status !== 200)
      throw new Error(
        `listing ${this.#setting.interest.kind}: ${answer.status} ${answer.text.slice(0, 300)}`,
      );
    return JSON.parse(answer.text) as Page;
  }

  /** Watches until a fresh list is due; a watch that the server ends in good order just goes on. */
  async #follow(until: number): Promise<void> {
    const { wire, patience, signal } = this.#setting;
    while (!signal.aborted && performance.now() < until) {
      const path = await this.#path({
        watch: "1",
        allowWatchBookmarks: "true",
        resourceVersion: this.#version,
        timeoutSeconds: String(240 + Math.floor(Math.random() * 60)),
      });
      const began = performance.now();
      await wire.stream(path, {
        headers: this.#accept(""),
        signal,
        silenceMs: patience.silenceMs,
        onLine: (line) => this.#take(JSON.parse(line) as Event),
      });
      // A server that ends every watch at once must not be asked in a tight loop.
      if (performance.now() - began < 1000) await this.#pause();
      else this.#failures = 0;
    }
  }

  #take({ type, object }: Event): void {
    if (type === "ERROR")
      throw new Error(
        `watching ${this.#setting.interest.kind}: ${object.code ?? ""} ${object.message ?? ""}`,
      );
    this.#version = object.metadata.resourceVersion ?? this.#version;
    if (type === "BOOKMARK") return;
    this.#failures = 0;
    this.#tell(type === "DELETED" ? "Gone" : "Present", object);
  }

  #tell(type: Change["type"], object: Manifest): void {
    const { apiVersion, kind } = this.#setting.interest;
    const { managedFields: _, ...metadata } = object.metadata;
    const lean: Manifest = { ...object, apiVersion, kind, metadata };
    if (type === "Gone") this.#known.delete(key(metadata));
    else this.#known.set(key(metadata), { apiVersion, kind, metadata });
    this.#setting.listener.onChange({ type, object: lean });
  }

  async #path(query: Record<string, string>): Promise<string> {
    const { paths, interest } = this.#setting;
    const path = await paths(interest);
    const selector: Record<string, string> = interest.labels
      ? { labelSelector: interest.labels }
      : {};
    return `${path}?${new URLSearchParams({ ...query, ...selector }).toString()}`;
  }

  #accept(list: "List" | ""): Record<string, string> {
    if (!this.#setting.interest.metadataOnly) return {};
    return {
      accept: `application/json;as=PartialObjectMetadata${list};g=meta.k8s.io;v=v1,application/json`,
    };
  }
}
