/**
 * Work that was put off. What a request must not wait for is written down where it happens, and done later for many requests at
 * once: the same code run in a loop costs a tenth of what it costs once per request, when nothing of it is in the caches.
 */
import { failed } from "./guard.ts";

const tasks: (() => void)[] = [];

/** `task` does what it has put off so far; called before spans or numbers leave. */
export function whenSettling(task: () => void): void {
  tasks.push(task);
}

export function settle(): void {
  for (const task of tasks) {
    try {
      task();
    } catch (error) {
      failed(error);
    }
  }
}
