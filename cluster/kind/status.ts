/** What is up of a kind cluster, and what is left of one. */
import { absent, answers } from "../direct/status.ts";
import { kubeGet } from "../kubeapi.ts";
import { currentDocker, type Place } from "./provide.ts";

interface NodeList {
  items: {
    metadata: { name: string };
    status: { conditions: { type: string; status: string }[] };
  }[];
}

/** Names of the nodes that are not Ready; throws while the API does not answer. */
export const unready = async (kubeconfig: string): Promise<{ all: number; waiting: string[] }> => {
  const { items } = JSON.parse((await kubeGet(kubeconfig, "/api/v1/nodes")).body) as NodeList;
  const waiting = items.filter(
    ({ status }) => !status.conditions.some((one) => one.type === "Ready" && one.status === "True"),
  );
  return { all: items.length, waiting: waiting.map(({ metadata }) => metadata.name) };
};

export const status = async (place: Place): Promise<{ up: boolean; lines: string[] }> => {
  const { kubeconfig } = place.layout;
  const docker = await currentDocker(place);
  const api = await answers(async () => (await kubeGet(kubeconfig, "/readyz")).status === 200);
  if (!docker || api !== "yes") return { up: false, lines: await absent(place.layout) };
  const { all, waiting } = await unready(kubeconfig);
  const lines = [
    `up, ${all} nodes, not ready: ${waiting.join(", ") || "none"}`,
    `Docker: ${docker.own ? `our own, logs ${place.layout.logs}` : "the machine's"}`,
    `kubeconfig: ${kubeconfig}`,
  ];
  return { up: waiting.length === 0, lines };
};
