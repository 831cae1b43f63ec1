/** The node's kubelet alone: ended as a crash would end it, and started again. Pods run on meanwhile. */
import { kubeGet } from "../kubeapi.ts";
import type { Kubelet } from "../providers/provider.ts";
import { Trouble } from "../trouble.ts";
import { waitFor } from "../wait.ts";
import { cgroupProcesses } from "./cgroups.ts";
import { kubelet } from "./daemons.ts";
import { type Layout, names } from "./layout.ts";
import { type Node, startInside } from "./node.ts";
import { liveRecord } from "./record.ts";
import { programOf } from "./status.ts";

const processes = async (): Promise<number[]> => {
  const all = await cgroupProcesses();
  const programs = await Promise.all(all.map((pid) => programOf(pid)));
  return all.filter((_pid, nth) => programs[nth] === kubelet.name);
};

const nodeOf = async (layout: Layout): Promise<Node> => {
  const live = await liveRecord(layout);
  if (!live) throw new Trouble("no cluster is up, so it has no kubelet: `npm run cluster -- up`");
  return live;
};

const kill = async (layout: Layout): Promise<void> => {
  await nodeOf(layout);
  const [pid, ...others] = await processes();
  if (pid === undefined || others.length > 0)
    throw new Trouble(`one kubelet was expected, not ${others.length + (pid ? 1 : 0)}`);
  process.kill(pid, "SIGKILL");
  const gone = async (): Promise<boolean> => (await processes()).length === 0;
  await waitFor("the kubelet to end", gone, { seconds: 10 });
};

const start = async (layout: Layout): Promise<void> => {
  await startInside(await nodeOf(layout), kubelet);
  const path = `/api/v1/nodes/${names.node}/proxy/healthz`;
  const answers = async (): Promise<boolean> =>
    (await kubeGet(layout.kubeconfig, path)).status === 200;
  await waitFor("the kubelet to answer", answers, {
    seconds: 60,
    hint: () => `\n  see ${layout.logs}/${kubelet.name}.log`,
  });
};

export const kubeletIn = (layout: Layout): Kubelet => ({
  kill: () => kill(layout),
  start: () => start(layout),
});
