import { expect, test } from "@jest/globals";
import { templates } from "../core/template.ts";
import { serverOf } from "./redisserver.ts";

test("clients of one database share what is known of it", () => {
  expect(serverOf({ host: "a", port: 1, db: 2 })).toBe(serverOf({ host: "a", port: 1, db: 2 }));
  expect(serverOf({ host: "a", port: 1, db: 2 })).not.toBe(serverOf({ host: "a", port: 1, db: 3 }));
  expect(serverOf({ path: "/s" })).not.toBe(serverOf({ path: "/t" }));
});

test("servers and commands without end cost no more than a few hundred", () => {
  const [known] = [serverOf({ host: "known" })];
  for (let db = 0; db < 300; db++) serverOf({ db }).operation("GET");
  for (let command = 0; command < 600; command++) known?.operation(`c${command}`);
  const before = templates.length;
  for (let db = 300; db < 400; db++) serverOf({ db }).operation("GET");
  const other = known?.operation("c700");
  expect(known?.operation("c701")).toBe(other);
  expect(known?.operation("c1")).not.toBe(other);
  expect(serverOf({ host: "known" })).toBe(known);
  expect(templates.length).toBe(before);
});
