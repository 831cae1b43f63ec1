/** Where people put what only their namespace should know. */
import { expect, test } from "@jest/globals";
import { REMOVED } from "../text/secrets.ts";
import { redact } from "./redact.ts";

const told = (container: object): Record<string, unknown> => {
  const pod = redact({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a" },
    spec: { containers: [container] },
  });
  return (pod.spec as { containers: Record<string, unknown>[] }).containers[0] ?? {};
};

test.each([
  [
    ["redis-server", "--requirepass", "hunter2"],
    ["redis-server", "--requirepass", REMOVED],
  ],
  [
    ["mysql", "-phunter2", "--password=hunter2"],
    ["mysql", `-p${REMOVED}`, `--password=${REMOVED}`],
  ],
  [
    ["sh", "-c", "curl -u shop:hunter2 http://x"],
    ["sh", "-c", REMOVED],
  ],
  [["node app.js --token hunter2"], [REMOVED]],
])("of the command line %j nothing but the program and its options is left", (command, left) => {
  expect(told({ command })["command"]).toEqual(left);
});

test("headers of probes have names only", () => {
  const httpHeaders = [{ name: "X-Api-Key", value: "hunter2" }];
  const probe = { httpGet: { path: "/readyz", httpHeaders } };
  expect(told({ readinessProbe: probe })["readinessProbe"]).toEqual({
    httpGet: { path: "/readyz", httpHeaders: [{ name: "X-Api-Key", value: REMOVED }] },
  });
});

test("an address is told without its user, whatever is in the password", () => {
  const text = (image: string) => told({ image })["image"];
  expect(text("postgres://u:pa/ss@db:5432/shop")).toBe(`postgres://${REMOVED}@db:5432/shop`);
  expect(text("registry.example/app:1")).toBe("registry.example/app:1");
});
