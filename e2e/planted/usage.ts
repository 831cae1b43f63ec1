/** What the pods of a trial have used, as the kubelet of their node tells it: its numbers are some seconds old. */
import { get, kubectl, type Tools } from "../kit/kubectl.ts";

export interface Usage {
  /** Of all containers, from the start of each pod. */
  cpuSeconds: number;
  /** Most at one time. */
  memoryMB: number;
}

interface PodStats {
  podRef: { name: string; uid: string };
  cpu?: { usageCoreNanoSeconds?: number };
  memory?: { workingSetBytes?: number };
}

export interface Meter {
  look: () => Promise<void>;
  used: () => Usage | undefined;
}

/** Of pods whose name has the word in it. */
export const usageMeter = (tools: Tools, word: string): Meter => {
  const cpu = new Map<string, number>();
  let memoryMB = 0;
  return {
    look: async () => {
      const pods = (await statsOf(tools)).filter(({ podRef }) => podRef.name.includes(word));
      for (const { podRef, cpu: used } of pods)
        cpu.set(podRef.uid, (used?.usageCoreNanoSeconds ?? 0) / 1e9);
      const bytes = pods.reduce((sum, { memory }) => sum + (memory?.workingSetBytes ?? 0), 0);
      memoryMB = Math.max(memoryMB, Math.round(bytes / 1e6));
    },
    used: () => {
      const cpuSeconds = Math.round([...cpu.values()].reduce((sum, used) => sum + used, 0));
      return cpu.size === 0 ? undefined : { cpuSeconds, memoryMB };
    },
  };
};

const statsOf = async (tools: Tools): Promise<PodStats[]> => {
  const nodes = await get<{ items: { metadata: { name: string } }[] }>(tools, ["nodes"]);
  const all = await Promise.all(
    (nodes?.items ?? []).map(async ({ metadata: { name } }) => {
      const path = `/api/v1/nodes/${name}/proxy/stats/summary`;
      return (JSON.parse(await kubectl(tools, ["get", "--raw", path])) as { pods: PodStats[] })
        .pods;
    }),
  );
  return all.flat();
};
