/** Another agent in the place of the one that the operator delivers. */
import { AGENT_FILE } from "../../agent/contract.ts";
import { PRODUCT } from "./install.ts";
import { kubectl, type Tools } from "./kubectl.ts";
import { applyResource } from "./story.ts";

const NAME = "other-agent";
const FOLDER = `/${NAME}`;
const CONTROLLER = `deployment/${PRODUCT}-controller`;

/** The operator delivers what lies in its agent folder when it starts. `source`: the text of the agent's file. */
export const deliver = async (tools: Tools, source: string): Promise<void> => {
  await applyResource(tools, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: NAME, namespace: PRODUCT },
    data: { [AGENT_FILE]: source },
  });
  await change(tools, {
    containers: [
      {
        name: "controller",
        env: [{ name: "AGENT_FOLDER", value: FOLDER }],
        volumeMounts: [{ name: NAME, mountPath: FOLDER }],
      },
    ],
    volumes: [{ name: NAME, configMap: { name: NAME } }],
  });
};

/** Its own again. */
export const deliverOwn = (tools: Tools): Promise<void> =>
  change(tools, {
    containers: [
      {
        name: "controller",
        env: [{ name: "AGENT_FOLDER", $patch: "delete" }],
        volumeMounts: [{ mountPath: FOLDER, $patch: "delete" }],
      },
    ],
    volumes: [{ name: NAME, $patch: "delete" }],
  });

const change = async (tools: Tools, spec: object): Promise<void> => {
  const patch = JSON.stringify({ spec: { template: { spec } } });
  for (const act of [
    ["patch", CONTROLLER, "-p", patch],
    ["rollout", "restart", CONTROLLER],
    ["rollout", "status", CONTROLLER, "--timeout=120s"],
  ])
    await kubectl(tools, ["-n", PRODUCT, ...act], { seconds: 130 });
};
