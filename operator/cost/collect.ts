/** Loaded into the operator's process before it: tells what it has used, memory after a full collection, when the parent asks. */
process.on("message", () => {
  globalThis.gc?.();
  // What the first one has freed, the second one can hand back.
  globalThis.gc?.();
  process.send?.({ memory: process.memoryUsage(), cpu: process.cpuUsage() });
});
// The operator ends when it is told to, whether or not somebody could still ask.
process.channel?.unref();
