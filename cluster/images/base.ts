import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { file, folder, text } from "./files.ts";
import type { Entry } from "./layer.ts";
import { libraries } from "./libraries.ts";

export const user = 65_532;
export const userName = `${user}:${user}`;

const passwd = [
  "root:x:0:0:root:/root:/sbin/nologin",
  `nonroot:x:${user}:${user}:nonroot:/tmp:/sbin/nologin`,
  "",
].join("\n");

const group = ["root:x:0:", `nonroot:x:${user}:`, ""].join("\n");

/** What every program expects to find: users, name resolution, a temporary folder, certificate authorities. */
export const skeleton: readonly Entry[] = [
  text("/etc/passwd", passwd),
  text("/etc/group", group),
  text("/etc/nsswitch.conf", "hosts: files dns\n"),
  // Node carries Mozilla's list: the same for every builder, whatever the machine itself trusts.
  text("/etc/ssl/certs/ca-certificates.crt", `${rootCertificates.join("\n")}\n`),
  folder("/tmp", { mode: 0o1777 }),
];

/** Node, from the npm package of that name, with the libraries it needs: rarely changes, so it is a layer of its own. */
export const nodeLayer = async (repo: string): Promise<Entry[]> => {
  const node = join(repo, "node_modules/node/bin/node");
  return [...skeleton, await file("/usr/local/bin/node", node), ...(await libraries([node]))];
};

export const nodeConfig = {
  User: userName,
  WorkingDir: "/app",
  Env: ["PATH=/usr/local/bin:/usr/bin:/bin", "NODE_ENV=production"],
} as const;
