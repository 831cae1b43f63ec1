/** What is loaded is loaded everywhere, and what has replicas does not lose all of them with one node. */
import assert from "node:assert/strict";
import { get } from "../kit/kubectl.ts";
import { podsOf, workers } from "../kit/nodes.ts";
import type { Stage, Story } from "../kit/story.ts";
import { until } from "../kit/wait.ts";

interface Images {
  items: { metadata: { name: string }; status: { images?: { names?: string[] }[] } }[];
}

/** Of which images a node does not know. */
const lacking = (wanted: string[], node: Images["items"][number]): string[] => {
  const names = new Set((node.status.images ?? []).flatMap((image) => image.names ?? []));
  return wanted.filter((ref) => !names.has(`docker.io/${ref}`));
};

const play = async ({ tools, images, say }: Stage): Promise<void> => {
  const nodes = await workers(tools);
  // The kubelet tells about its images now and then.
  await until({ what: "every image on every node", seconds: 400 }, async () => {
    const list = await get<Images>(tools, ["nodes"]);
    const told = (list?.items ?? []).filter(({ metadata }) => nodes.includes(metadata.name));
    return told.every((node) => lacking(Object.values(images), node).length === 0);
  });
  say(`${Object.keys(images).length} images are on each of ${nodes.length} nodes`);
  const webhook = await podsOf(tools, "app.kubernetes.io/component=webhook", "flashcard-otel");
  const holders = new Set(webhook.map(({ spec }) => spec.nodeName));
  assert.equal(holders.size, Math.min(webhook.length, nodes.length));
  say(`${webhook.length} pods of the webhook are on ${holders.size} nodes`);
};

export const everyNode: Story = {
  name: "every-node",
  promise: "every node has the images, and the webhook is on more than one",
  nodes: 2,
  play,
};
