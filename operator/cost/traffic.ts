/** Counts what the operator asks of the API server, by what it asks for. */
import type { Flow } from "../crash/flow.ts";
import type { Passing, Treatment } from "../crash/proxy.ts";

export interface Amount {
  calls: number;
  /** Of the bodies of questions and answers, without headers and TLS. */
  bytes: number;
}

/** `GET pods`, `WATCH pods`, `GET pods/log`, ... */
export type Traffic = Record<string, Amount>;

export interface Meter {
  pass: (passing: Passing, treatment: Treatment) => Treatment;
  /** Since it was last asked. */
  read: () => Traffic;
}

const PLACE =
  /^\/apis?\/(?:v1|[^/]+\/[^/]+)\/(?:namespaces\/[^/]+\/)?([^/?]+)(?:\/[^/?]+)?(\/[^/?]+)?(?:\?|$)/;

const whatOf = ({ method, path }: Passing): string => {
  const [, resource = "discovery", subresource = ""] = PLACE.exec(path) ?? [];
  return `${path.includes("watch=1") ? "WATCH" : method} ${resource}${subresource}`;
};

const add = (traffic: Traffic, what: string, { calls, bytes }: Amount): void => {
  const before = traffic[what] ?? { calls: 0, bytes: 0 };
  traffic[what] = { calls: before.calls + calls, bytes: before.bytes + bytes };
};

export const openMeter = (): Meter => {
  /** What has come of each answer that is still under way, as far as it was told. */
  const flowing = new Map<Flow, { what: string; told: number }>();
  let traffic: Traffic = {};
  const tell = (flow: Flow): void => {
    const known = flowing.get(flow);
    if (!known) return;
    add(traffic, known.what, { calls: 0, bytes: flow.bytes() - known.told });
    known.told = flow.bytes();
  };
  const begin = (what: string, flow: Flow): void => {
    flowing.set(flow, { what, told: 0 });
    void flow.closed.then(() => {
      tell(flow);
      flowing.delete(flow);
    });
  };
  return {
    pass: (passing, treatment) => {
      const what = whatOf(passing);
      const answered = treatment.type === "answer" ? Buffer.byteLength(treatment.text) : 0;
      add(traffic, what, { calls: 1, bytes: Buffer.byteLength(passing.body) + answered });
      if (treatment.type !== "pass") return treatment;
      const begun = (flow: Flow): void => {
        begin(what, flow);
        treatment.begun?.(flow);
      };
      return { ...treatment, begun };
    },
    read: () => {
      for (const flow of flowing.keys()) tell(flow);
      const read = traffic;
      traffic = {};
      return read;
    },
  };
};

export const total = (traffic: Traffic): Amount =>
  Object.values(traffic).reduce(
    (sum, { calls, bytes }) => ({ calls: sum.calls + calls, bytes: sum.bytes + bytes }),
    { calls: 0, bytes: 0 },
  );
