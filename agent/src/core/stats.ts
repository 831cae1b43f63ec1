/** What the agent did and failed to do, for its own metrics and for tests. */
export const stats = {
  spans: 0,
  droppedSpans: 0,
  logs: 0,
  droppedLogs: 0,
  batches: 0,
  failedPosts: 0,
  droppedPosts: 0,
  bytes: 0,
  faults: 0,
  /** Requests the governor left without spans and context. */
  unobserved: 0,
};
