/**
 * Sees real ECMAScript modules, which cannot be changed from outside: the few we want to see get a last line that shows us what
 * they export. Needs Node's synchronous hooks (22.15, 23.5 and later); before, only the CommonJS form of a library is seen.
 */
import Module from "node:module";
import { failed } from "../core/guard.ts";

interface Loaded {
  format?: string | null;
  source?: unknown;
}

type Load = (url: string, context: unknown) => Loaded;

interface Hooks {
  registerHooks?: (hooks: { load: (url: string, context: unknown, next: Load) => Loaded }) => void;
}

const TOLD = Symbol.for("flashcard-otel.module");
const decoder = new TextDecoder();

/** `seen` is called with the address and the exports of each module that is `wanted`, when it has been evaluated. */
export function watchImports(
  wanted: (url: string) => boolean,
  seen: (url: string, exports: unknown) => void,
): void {
  const { registerHooks } = Module as unknown as Hooks;
  if (typeof registerHooks !== "function") return;
  Object.defineProperty(globalThis, TOLD, { value: seen });
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      return loaded.format === "module" && wanted(url) ? telling(loaded, url) : loaded;
    },
  });
}

/** A module may import itself: that is how it gets hold of all it exports. */
function telling(loaded: Loaded, url: string): Loaded {
  try {
    const { source } = loaded;
    const text = typeof source === "string" ? source : decoder.decode(source as Uint8Array);
    const address = JSON.stringify(url);
    const line = `import * as $flashcardOtel from ${address};globalThis[Symbol.for("flashcard-otel.module")](${address},$flashcardOtel);`;
    return { ...loaded, source: `${text}\n${line}` };
  } catch (error) {
    failed(error);
    return loaded;
  }
}
