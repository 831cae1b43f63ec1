/** The phases without the schema that they belong to, which takes long to load. A test holds both together. */
import type { Phase } from "@flashcard-otel/operator/migration/schema.ts";

export const PHASES: readonly Phase[] = [
  "Legacy",
  "Alongside",
  "Instrumented",
  "Validated",
  "Switched",
  "Retired",
];
