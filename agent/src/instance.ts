/** Several processes of a pod count for themselves: under one id, each would seem to take back what the others said. */
export const instanceId = (
  podUid: string | undefined,
  { pid, forked }: { pid: number; forked: boolean },
): string => (podUid && forked ? `${podUid}.${pid}` : (podUid ?? ""));

/** Workers of `cluster` are forked, too: all of them can talk to the process that started them. */
export const isForked = ({ send }: { send?: unknown }): boolean => send !== undefined;
