import { expect, test } from "@jest/globals";
import { type AuditEvent, usedBy } from "./rights.ts";

const event = (
  verb: string,
  resource: string,
  difference: Partial<AuditEvent> = {},
): AuditEvent => ({
  verb,
  user: { username: "admin" },
  impersonatedUser: { username: "operator" },
  objectRef: { resource, name: "one" },
  responseStatus: { code: 200 },
  ...difference,
});

test.each([
  ["a call", event("get", "pods"), ["pods get"]],
  [
    "a subresource",
    event("get", "pods", { objectRef: { resource: "pods", subresource: "log" } }),
    ["pods/log get"],
  ],
  [
    "a group",
    event("list", "jobs", { objectRef: { resource: "jobs", apiGroup: "batch" } }),
    ["batch/jobs list"],
  ],
  [
    "an apply that creates",
    event("patch", "services", { responseStatus: { code: 201 } }),
    ["services create", "services patch"],
  ],
  ["a right by name", event("get", "secrets"), ["secrets[one] get"]],
  [
    "a refusal",
    event("list", "secrets", { responseStatus: { code: 403 } }),
    ["secrets list refused"],
  ],
  ["somebody else", event("get", "pods", { impersonatedUser: { username: "other" } }), []],
  ["no resource", { ...event("get", ""), objectRef: { resource: "" } }, []],
])("%s", (_what, one, rights) => {
  expect(usedBy("operator", [one, one], ["secrets[one] get"])).toEqual(rights);
});
