import { open } from "node:fs/promises";
import type { LoadableImage } from "../providers/provider.ts";
import { runInside, type Node } from "./node.ts";

const ctr = ["ctr", "--namespace", "k8s.io", "images"];

const present = async (node: Node): Promise<ReadonlySet<string>> =>
  new Set((await runInside(node, [...ctr, "list", "--quiet"])).split("\n"));

/** The archive goes through stdin: the node does not see the machine's folders. */
const importOne = async (node: Node, archive: string): Promise<string> => {
  const file = await open(archive);
  try {
    return await runInside(node, [...ctr, "import", "-"], { stdin: file.fd, seconds: 300 });
  } finally {
    await file.close();
  }
};

/** Imports what the node does not have; tags are digests of the content, so a name that is there is the same image. */
export const importImages = async (
  node: Node,
  images: readonly LoadableImage[],
): Promise<string[]> => {
  const there = await present(node);
  const imported: string[] = [];
  for (const { archive, ref } of images) {
    if (ref && there.has(`docker.io/${ref}`)) continue;
    await importOne(node, archive);
    imported.push(ref ?? archive);
  }
  return imported;
};
