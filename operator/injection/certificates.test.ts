import { describe, expect, test } from "@jest/globals";
import { X509Certificate } from "node:crypto";
import { isDue, issue, LIFE_DAYS } from "./certificates.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const days = (count: number): Date => new Date(NOW.getTime() + count * 86_400_000);
const NAMES = ["hook.flashcard-otel.svc", "hook.flashcard-otel.svc.cluster.local"];

const blocks = (pem: string): X509Certificate[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (block) => new X509Certificate(block),
  );

describe("an issued certificate", () => {
  test("is for the names, signed by its CA, and cannot sign", async () => {
    const { ca, certificate } = await issue(NAMES, NOW);
    const [authority] = blocks(ca);
    const leaf = new X509Certificate(certificate);
    expect(NAMES.map((name) => leaf.checkHost(name))).toEqual(NAMES);
    expect(authority && leaf.verify(authority.publicKey)).toBe(true);
    expect([authority?.ca, leaf.ca]).toEqual([true, false]);
  });

  test("keeps the CA before it in the bundle, so that both verify during the exchange", async () => {
    const before = await issue(NAMES, NOW);
    const after = await issue(NAMES, days(250), before.ca);
    expect(blocks(after.ca)).toHaveLength(2);
    const [, old] = blocks(after.ca);
    expect(old && new X509Certificate(before.certificate).verify(old.publicKey)).toBe(true);
  });

  test("drops a CA that has ended", async () => {
    const before = await issue(NAMES, NOW);
    const after = await issue(NAMES, days(LIFE_DAYS + 1), before.ca);
    expect(blocks(after.ca)).toHaveLength(1);
  });
});

describe("a renewal is due", () => {
  test.each([
    ["not on the first day", 0, false],
    ["not before two thirds of its life", 240, false],
    ["after two thirds of its life", 250, true],
    ["when it has ended", 400, true],
  ])("%s", async (_case, day, expected) => {
    const issued = await issue(NAMES, NOW);
    expect(isDue(issued, { dnsNames: NAMES, now: days(day) })).toBe(expected);
  });

  test("when a name is missing, or anything is damaged", async () => {
    const issued = await issue(NAMES, NOW);
    const wanted = { dnsNames: NAMES, now: NOW };
    expect(isDue(issued, { ...wanted, dnsNames: [...NAMES, "other.svc"] })).toBe(true);
    for (const field of ["ca", "certificate", "key"]) {
      expect(isDue({ ...issued, [field]: "" }, wanted)).toBe(true);
    }
    expect(isDue({ ...issued, certificate: "-----BEGIN CERTIFICATE-----" }, wanted)).toBe(true);
  });
});
