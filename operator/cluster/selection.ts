/** Label selectors in kubectl's syntax, as far as we write them: `a=b`, `a!=b`, `a`, `!a`, joined by commas. */
import type { Manifest, Selection } from "./cluster.ts";

type Labels = Record<string, string>;

const requirement = (text: string): ((labels: Labels) => boolean) => {
  const [, name = "", operator = "", value = ""] = /^([^=!]+)(==|=|!=)(.*)$/.exec(text) ?? [];
  if (operator === "!=") return (labels) => labels[name] !== value;
  if (operator !== "") return (labels) => labels[name] === value;
  return text.startsWith("!")
    ? (labels) => labels[text.slice(1)] === undefined
    : (labels) => labels[text] !== undefined;
};

export const selects = ({ apiVersion, kind, namespace, labels = "" }: Selection) => {
  const requirements = labels
    .split(",")
    .filter((text) => text !== "")
    .map((text) => requirement(text.trim()));
  return ({ apiVersion: version, kind: one, metadata }: Manifest): boolean =>
    version === apiVersion &&
    one === kind &&
    (namespace === "" || metadata.namespace === namespace) &&
    requirements.every((holds) => holds(metadata.labels ?? {}));
};
