import { describe, expect, test } from "@jest/globals";
import { parse, parseAllDocuments } from "yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { settingsFrom } from "../settings.ts";
import { hierarchiesIn } from "./cgroups.ts";
import { daemonNames, daemons } from "./daemons.ts";
import { cniConfig, containerdConfig, kubeadmConfig, kubeletConfig } from "./files.ts";
import { layoutIn, network } from "./layout.ts";
import { mayLowerOomScore } from "./prepare.ts";
import { startTimeIn } from "./record.ts";

describe("facts of the machine", () => {
  test("all cgroup hierarchies are found, old and new", () => {
    const mounts = [
      "sysfs /sys sysfs rw 0 0",
      "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu 0 0",
      "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0",
    ].join("\n");
    expect(hierarchiesIn(mounts)).toEqual(["/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/unified"]);
  });

  test("the missing right to lower oom scores is seen in the bounding set", () => {
    expect(mayLowerOomScore("CapBnd:\t000001ffffffffff\n")).toBe(true);
    expect(mayLowerOomScore("CapBnd:\t000001fffeffffff\n")).toBe(false);
  });

  test("a process' start time is read past a name with spaces and brackets", () => {
    const after = ["S", ...Array.from({ length: 18 }, (_, index) => String(index)), "12345", "99"];
    expect(startTimeIn(`7 (a (b) c) ${after.join(" ")}`)).toBe("12345");
  });
});

describe("the node's configuration", () => {
  test("every YAML file can be read", () => {
    expect(
      parseAllDocuments(kubeadmConfig("/pki")).flatMap((one) =>
        "errors" in one ? one.errors : [],
      ),
    ).toEqual([]);
    expect((parse(kubeletConfig) as { clusterDNS: string[] }).clusterDNS).toEqual([network.dns]);
    expect(JSON.parse(cniConfig)).toMatchObject({
      plugins: [{ type: "bridge" }, { type: "portmap" }],
    });
  });

  test("containerd lowers oom scores only where that is allowed", () => {
    const options = { pause: "p", cniPlugins: "/c", snapshotter: "overlayfs" as const };
    expect(containerdConfig({ ...options, mayLowerOomScore: false })).toContain(
      "restrict_oom_score_adj = true",
    );
    expect(containerdConfig({ ...options, mayLowerOomScore: true })).toContain(
      "restrict_oom_score_adj = false",
    );
  });

  test("the name service has the address that pods are told", () => {
    const file = join(settingsFrom({}).repo, "cluster/direct/bootstrap.yaml");
    const objects = parseAllDocuments(readFileSync(file, "utf8")).map(
      (one) => one.toJS() as { kind: string; spec?: { clusterIP?: string } } | null,
    );
    const service = objects.find((one) => one?.kind === "Service");
    expect(service?.spec?.clusterIP).toBe(network.dns);
  });

  test("each daemon is called by the name of its program, by which status finds it", () => {
    for (const { name, command } of Object.values(daemons).flat()) expect(command[0]).toBe(name);
    expect(new Set(daemonNames).size).toBe(8);
  });

  test("everything lies in the state folder", () => {
    for (const path of Object.values(layoutIn("/repo/.state")))
      expect(path).toMatch(/^\/repo\/\.state\/cluster/);
  });
});
