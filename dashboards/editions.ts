/** Everything that is asked exists twice: of the old series and of the new ones. */
export const EDITIONS = ["legacy", "otel"] as const;
export type Edition = (typeof EDITIONS)[number];
