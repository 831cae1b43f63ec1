/** A manual span around some work: the parent of whatever the work does. */
import { trace } from "@opentelemetry/api";

export const within = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  trace.getTracer("app").startActiveSpan(name, async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
