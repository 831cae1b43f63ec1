/**
 * The door for commands that only look. It writes nothing, whoever asks it to; and what the user may not see is missing from the
 * answer, with a note that says so, instead of being the end of the command.
 */
import {
  type Cluster,
  ClusterError,
  type Manifest,
  type Selection,
} from "@flashcard-otel/operator/cluster/cluster.ts";
import { inject } from "@flashcard-otel/operator/injection/inject.ts";
import { applyPatch } from "@flashcard-otel/operator/injection/patch.ts";
import type { Template } from "@flashcard-otel/operator/injection/pod.ts";

export interface Reading {
  cluster: Cluster;
  /** One sentence for everything that could not be seen. */
  notes: string[];
}

const isForbidden = (error: unknown): error is ClusterError =>
  error instanceof ClusterError &&
  error.refusal === "Forbidden" &&
  !error.message.includes(": 401 ");

/** A quota answers 403 too; this is what the authorizer says. */
const MAY_NOT = /cannot (?:create|get|list|watch) resource/;

export const reading = (cluster: Cluster, images: { operator: string }): Reading => {
  const notes: string[] = [];
  const note = (sentence: string): void => {
    if (!notes.includes(sentence)) notes.push(sentence);
  };
  const without = async <T>(
    ask: () => Promise<T>,
    { gap, instead }: { gap: string; instead: T },
  ) => {
    try {
      return await ask();
    } catch (error) {
      if (!isForbidden(error)) throw error;
      note(gap);
      return instead;
    }
  };
  return {
    notes,
    cluster: {
      read: (reference) =>
        without(() => cluster.read(reference), {
          gap: `you may not read ${reference.kind} ${reference.name} in ${reference.namespace}`,
          instead: undefined,
        }),
      list: (selection) =>
        without(() => cluster.list(selection), { gap: unlisted(selection), instead: [] }),
      logs: (pod) =>
        without(() => cluster.logs(pod), {
          gap: `you may not read logs in ${pod.namespace} (get pods/log)`,
          instead: undefined,
        }).catch((error: unknown) => {
          // Logs come from kubelets: one that is away, or slow, is no reason to show nothing of the others.
          if (!(error instanceof ClusterError) || error.refusal !== "Unavailable") throw error;
          note(`the log of ${pod.name} could not be read: ${error.message}`);
          return undefined;
        }),
      create: (manifest, options = {}) =>
        options.dryRun ? dryRun(manifest, { cluster, images, note }) : refuse(),
      apply: refuse,
      replaceStatus: refuse,
      merge: refuse,
      remove: refuse,
    },
  };
};

const unlisted = ({ kind, namespace }: Selection): string =>
  `you may not list ${kind}s ${namespace === "" ? "in all namespaces" : `in ${namespace}`}`;

const refuse = (): Promise<never> =>
  Promise.reject(
    new Error("writing: this command only looks; that is a mistake in flashcard-otel"),
  );

interface Trial {
  cluster: Cluster;
  images: { operator: string };
  note: (sentence: string) => void;
}

/** The webhook's own code says what it would have done, where the user may not ask the webhook itself. */
const dryRun = async (manifest: Manifest, { cluster, images, note }: Trial): Promise<Manifest> => {
  try {
    return await cluster.create(manifest, { dryRun: true });
  } catch (error) {
    if (!isForbidden(error) || !MAY_NOT.test(error.message)) throw error;
    note(
      `you may not create pods in ${manifest.metadata.namespace ?? ""}, not even as a dry run: what was asked of the API server is computed here instead`,
    );
    const template = { metadata: manifest.metadata, spec: manifest.spec } as Template;
    const result = inject(template, images);
    return "skip" in result ? manifest : applyPatch<Manifest>(manifest, result.patch);
  }
};
