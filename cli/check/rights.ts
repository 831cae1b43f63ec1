/** Which rights the user needs, and for what. */
import { GROUP } from "@flashcard-otel/operator/migration/schema.ts";
import type { Right } from "../reach/connection.ts";
import type { Question } from "./finding.ts";

interface Need extends Omit<Right, "namespace"> {
  why: string;
  /** Without it migrations cannot be written at all; the others only make this program see less. */
  isNeeded: boolean;
}

const NEEDS: readonly Need[] = [
  {
    verb: "patch",
    group: GROUP,
    resource: "flashcardtelemetries",
    why: "target, pause, approve, retry",
    isNeeded: true,
  },
  {
    verb: "create",
    group: GROUP,
    resource: "flashcardtelemetries",
    why: "to write a migration",
    isNeeded: true,
  },
  {
    verb: "create",
    group: "",
    resource: "pods",
    why: "asked of authors by the admission policy; dry runs of plan",
    isNeeded: true,
  },
  {
    verb: "patch",
    group: "apps",
    resource: "deployments",
    why: "asked of authors by the admission policy",
    isNeeded: true,
  },
  { verb: "list", group: "apps", resource: "deployments", why: "plan, time left", isNeeded: false },
  {
    verb: "get",
    group: "",
    resource: "pods",
    subresource: "log",
    why: "logs, diagnose",
    isNeeded: false,
  },
  {
    verb: "get",
    group: "",
    resource: "services",
    subresource: "proxy",
    why: "report, parity --now",
    isNeeded: false,
  },
];

const right =
  ({ why, isNeeded, ...asked }: Need): Question =>
  async ({ connection }) => {
    const { namespace } = connection;
    const { verb, group, resource: kind, subresource } = asked;
    const spelled = `${verb} ${kind}${group ? `.${group}` : ""}${subresource ? `/${subresource}` : ""}`;
    const allowed = await connection.may({ ...asked, namespace });
    const what = `right: ${spelled}`;
    if (allowed === undefined) return { what, is: "unknown", says: "the API server does not say" };
    if (allowed) return { what, is: "fit", says: why };
    const says = `you may not in ${namespace}: ${why}`;
    const todo = `ask for ${spelled} in ${namespace}`;
    return { what, is: isNeeded ? "unfit" : "unknown", says, todo };
  };

export const rights: readonly Question[] = NEEDS.map(right);
