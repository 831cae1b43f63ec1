/** The line between the operator and the API server: TCP, so that TLS is theirs. Counts what passes, and can be cut. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";

export interface Line {
  /** The same user at the same API server, by way of the line. */
  config: (direct: KubeConfig) => KubeConfig;
  /** Both directions, with all that TLS and HTTP add. */
  bytes: () => number;
  /** Ends every connection and accepts none until it is mended. */
  cut: () => void;
  mend: () => void;
  stop: () => Promise<void>;
}

export const openLine = async (server: string): Promise<Line> => {
  const { hostname, port } = new URL(server);
  const ends = new Set<Socket>();
  let [bytes, isCut] = [0, false];
  const keep = (end: Socket, other: Socket): void => {
    ends.add(end);
    end.on("data", (chunk: Buffer) => (bytes += chunk.length));
    end.on("error", () => other.destroy());
    end.on("close", () => {
      ends.delete(end);
      other.destroy();
    });
    end.pipe(other);
  };
  const listener = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    keep(near, far);
    keep(far, near);
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = `https://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const cutAll = () => ends.forEach((end) => end.destroy());
  return {
    config: (direct) => redirected(direct, address),
    bytes: () => bytes,
    cut: () => {
      isCut = true;
      cutAll();
    },
    mend: () => {
      isCut = false;
    },
    stop: async () => {
      listener.close();
      cutAll();
      await once(listener, "close");
    },
  };
};

const redirected = (direct: KubeConfig, server: string): KubeConfig => {
  const [cluster, user] = [direct.getCurrentCluster(), direct.getCurrentUser()];
  if (!cluster || !user) throw new Error("a kubeconfig without a cluster or user has no line");
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ ...cluster, server }, user);
  return config;
};
