import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { parse } from "yaml";

interface Kubeconfig {
  clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
  users: { user: { "client-certificate-data": string; "client-key-data": string } }[];
}

const decode = (data: string | undefined): Buffer => Buffer.from(data ?? "", "base64");

export interface Answer {
  status: number;
  body: string;
}

/**
 * One GET with the certificates of a kubeconfig that kubeadm wrote. Waiting for a cluster asks ten times a second:
 * starting kubectl for each question would cost more than the cluster.
 */
export const kubeGet = async (
  kubeconfig: string,
  path: string,
  { headers = {} }: { headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> => {
  const config = parse(await readFile(kubeconfig, "utf8")) as Kubeconfig;
  const cluster = config.clusters[0]?.cluster;
  const user = config.users[0]?.user;
  const options = {
    ca: decode(cluster?.["certificate-authority-data"]),
    cert: decode(user?.["client-certificate-data"]),
    key: decode(user?.["client-key-data"]),
    headers,
    timeout: 2000,
    agent: false as const,
  };
  return new Promise((resolve, reject) => {
    const call = request(`${cluster?.server}${path}`, options, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      response.on("error", reject);
    });
    call.on("timeout", () => call.destroy(new Error("no answer within 2 s")));
    call.on("error", reject);
    call.end();
  });
};

/** Has an object a condition with status True? Throws with the API's answer while it does not exist. */
export const conditionTrue = async (
  kubeconfig: string,
  path: string,
  type: string,
): Promise<boolean> => {
  const { status, body } = await kubeGet(kubeconfig, path);
  if (status !== 200) throw new Error(`${path}: ${status} ${body.slice(0, 200)}`);
  const object = JSON.parse(body) as {
    status?: { conditions?: { type: string; status: string }[] };
  };
  return (
    object.status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false
  );
};
