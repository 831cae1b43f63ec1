/** Names within a length limit. Pure. */
import { createHash } from "node:crypto";

/** The name itself when it fits, else its beginning and a hash of the whole: still unique, still the same every time. */
export const shorten = (name: string, limit: number): string => {
  if (name.length <= limit) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, limit - hash.length - 1).replace(/[^a-z0-9]+$/, "")}-${hash}`;
};
