/** A fetch that answers from a table, for tests: the longest path prefix wins, what is not in the table is 404. */
import type { Fetch } from "../ask.ts";

export interface Asked {
  url: string;
  /** Form fields of a POST. */
  form: Record<string, string>;
  body: string;
}

/** A function in the table is asked, everything else is the JSON of the answer; an Error is thrown. */
export const answers = (table: Record<string, unknown>): { fetch: Fetch; asked: Asked[] } => {
  const asked: Asked[] = [];
  const fetch: Fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const body = init?.body instanceof URLSearchParams ? init.body.toString() : init?.body;
    const text = typeof body === "string" ? body : "";
    const question = { url, body: text, form: Object.fromEntries(new URLSearchParams(text)) };
    asked.push(question);
    const [, known] =
      Object.entries(table)
        .filter(([prefix]) => url.startsWith(prefix))
        .toSorted(([a], [b]) => b.length - a.length)[0] ?? [];
    if (known === undefined) return Promise.resolve(new Response("no such page", { status: 404 }));
    const answer: unknown =
      typeof known === "function" ? (known as (asked: Asked) => unknown)(question) : known;
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(answer instanceof Response ? answer : Response.json(answer));
  };
  return { fetch, asked };
};

/** As Prometheus answers an instant query. */
export const vector = (...samples: [labels: Record<string, string>, value: number][]) => ({
  status: "success",
  data: {
    resultType: "vector",
    result: samples.map(([metric, value]) => ({ metric, value: [0, String(value)] })),
  },
});

/** As Prometheus answers a range selector. */
export const matrix = (
  ...series: [labels: Record<string, string>, points: [at: number, value: number][]][]
) => ({
  status: "success",
  data: {
    resultType: "matrix",
    result: series.map(([metric, points]) => ({
      metric,
      values: points.map(([at, value]) => [at, String(value)]),
    })),
  },
});
