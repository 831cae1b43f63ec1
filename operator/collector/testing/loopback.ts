/** Places of one collector on loopback. For tests only. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ports } from "../../backends/testing/processes.ts";
import type { Places } from "../places.ts";

export const onLoopback = async (
  known: Partial<Places> & Pick<Places, "traces" | "metrics">,
): Promise<Places> => {
  const free = await ports(5);
  const next = (): string => free.pop() ?? "";
  const [, own = ""] = next().split(":");
  return {
    http: next(),
    grpc: next(),
    health: next(),
    own: { host: "127.0.0.1", port: Number(own) },
    scrape: next(),
    resolver: { static: { hostnames: [] } },
    group: "test",
    kafka: {},
    queue: join(await mkdtemp(join(tmpdir(), "flashcard-otel-queue-")), "queue"),
    secrets: "/nowhere",
    ...known,
  };
};
