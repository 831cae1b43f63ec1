/** A migration in the form in which the operator's own functions ask for it. */
import type { Migration as Seen } from "../../operator/migration/types.ts";
import type { Migration } from "../facts.ts";

export type Subject = Pick<Seen, "metadata" | "spec">;

export const subjectOf = ({ namespace, name, uid, spec, invalid }: Migration): Subject => {
  if (!spec) throw new Error(`the resource ${namespace}/${name} cannot be read: ${invalid ?? ""}`);
  return { metadata: { namespace, name, uid }, spec };
};
