/** Is every attribute of every span one that is written down, and does it have no more values than it may? Pure. */
import { type Check, differs, match, noEvidence, notApplicable, type Subject } from "./subject.ts";

/** Written by whoever stores a span: kind, status, scope and the like are no attributes of it. */
const OF_THE_STORE =
  /^(span\.kind|error|otel\..+|w3c\.tracestate|internal\.span\.format|sampler\..+)$/;

const attributesOf = ({ tags }: Subject["own"][number]): [name: string, value: string][] =>
  Object.entries(tags).filter(([name]) => !OF_THE_STORE.test(name));

const SHOWN = 5;

export const attributes: Check = ({ service, own, company: { contract } }) => {
  if (contract.exempt.includes(service)) return notApplicable("its SDK has a list of its own");
  if (own.length === 0) return noEvidence("no spans");
  const unknown = new Map<string, string>();
  const seen = new Set<string>();
  for (const span of own)
    for (const [name] of attributesOf(span)) {
      seen.add(name);
      if (!(name in contract.known) && !unknown.has(name)) unknown.set(name, span.name);
    }
  if (unknown.size === 0) return match(`${seen.size} attributes, all of them written down`);
  const named = [...unknown].slice(0, SHOWN).map(([name, span]) => `${name} of span "${span}"`);
  const more = unknown.size > SHOWN ? ` and ${unknown.size - SHOWN} more` : "";
  return contract.isClosed
    ? differs(
        `${service} puts attributes on spans that nobody wrote down: ${named.join(", ")}${more}`,
      )
    : { verdict: "Exceeds", message: `the application adds ${named.join(", ")}${more}` };
};

const MOST_NAMES = 200;
const MOST_VALUES = 100;
/** Of a set that does not grow most values are seen again; the share of those seen once is how likely the next one is new. */
const MOST_NEW = 0.1;

export const cardinality: Check = ({ service, own, names, company: { contract } }) => {
  if (own.length === 0) return noEvidence("no spans");
  if (names.length > MOST_NAMES)
    return differs(
      `${service} has spans of ${names.length} names, more than ${MOST_NAMES}: is something in "${names.at(-1)}" that belongs into an attribute?`,
    );
  const growing = Object.entries(contract.known)
    .filter(([, expected]) => expected === "few")
    .map(([name]) => ({ name, ...valuesOf(name, own) }))
    .find(({ distinct, once, all }) => distinct > MOST_VALUES && once > all * MOST_NEW);
  return growing
    ? differs(
        `${growing.name} of ${service} has ${growing.distinct} values in ${growing.all} spans, ${growing.once} of them once: it is said to have few`,
      )
    : match(`${names.length} names of spans, no attribute that grows`);
};

const valuesOf = (name: string, own: Subject["own"]) => {
  const counts = new Map<string, number>();
  for (const { tags } of own) {
    const value = tags[name];
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const once = [...counts.values()].filter((count) => count === 1).length;
  return { distinct: counts.size, once, all };
};
