import { createHash } from "node:crypto";
import { type LlmStage } from "../domain/stages.ts";

/** JSON with sorted keys: equal values give equal text. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export const stage1Key = (term: string, type: string): string =>
  sha256(`${term}:${type || "unknown"}`);

export const stage2Key = (term: string, stage1: unknown): string =>
  sha256(`${term}:${canonical(stage1)}`);

/** The version in front lets a change of format forget everything that was stored before. */
export const storedKey = (stage: LlmStage, key: string): string => `flashcards:v1:${stage}:${key}`;

export const ttlSeconds: Record<LlmStage, number> = { stage1: 30 * 86_400, stage2: 7 * 86_400 };
