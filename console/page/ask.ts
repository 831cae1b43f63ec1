/** Questions to the server. */
import { useEffect, useState } from "preact/hooks";
import type { Migration } from "../facts.ts";

export interface Asked<T> {
  data: T | undefined;
  error: string;
}

export const pathOf = (
  question: string,
  { namespace, name }: Pick<Migration, "namespace" | "name">,
  more: Record<string, string> = {},
): string => `/api/${question}?${new URLSearchParams({ namespace, name, ...more }).toString()}`;

const answerOf = async <T>(response: Response): Promise<T> => {
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  const said = text.startsWith("{") ? (JSON.parse(text) as { error: string }).error : text;
  throw new Error(said);
};

/** Asked again after a while, and whenever `path` or `version` changes; what was known stays until the new answer. */
export const useAsk = <T>(path: string, { everyMs = 0, version = "" } = {}): Asked<T> => {
  const [asked, setAsked] = useState<Asked<T> & { path: string }>({
    path,
    data: undefined,
    error: "",
  });
  useEffect(() => {
    if (path === "") return undefined;
    const end = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const data = await answerOf<T>(await fetch(path, { signal: end.signal }));
        setAsked({ path, data, error: "" });
      } catch (error) {
        if (!end.signal.aborted)
          setAsked({ path, data: undefined, error: (error as Error).message });
      }
    };
    void ask();
    const timer = everyMs > 0 ? setInterval(() => void ask(), everyMs) : undefined;
    return () => {
      end.abort();
      clearInterval(timer);
    };
  }, [path, everyMs, version]);
  return asked.path === path ? asked : { data: undefined, error: "" };
};

export const give = async (
  { namespace, name }: Migration,
  { command, value }: { command: string; value: string },
): Promise<void> => {
  const body = new URLSearchParams({ namespace, name, command, value });
  await answerOf(await fetch("/api/command", { method: "POST", body }));
};
