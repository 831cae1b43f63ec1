/** Conditions in the status of any object. Pure. */
import type { Manifest } from "./cluster.ts";

interface Conditioned {
  conditions?: { type: string; status: string }[];
}

/** Whether the condition is there and `True`, as a Job's `Failed` or a Pod's `Ready`. */
export const hasCondition = (object: Manifest | undefined, wanted: string): boolean =>
  ((object?.status ?? {}) as Conditioned).conditions?.some(
    ({ type, status }) => type === wanted && status === "True",
  ) ?? false;
