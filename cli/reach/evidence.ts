/** The sealed record of a component's trial, with the budget it was judged by. */
import { componentIn } from "@flashcard-otel/operator/migration/named.ts";
import type { TrialVerdict } from "@flashcard-otel/operator/migration/schema.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import type { Request } from "../command.ts";
import type { Case } from "../commands/verdict.ts";
import type { Io } from "../io.ts";
import { missing, Trouble } from "../trouble.ts";
import type { Connection } from "./connection.ts";
import { componentOf, findMigration } from "./migration.ts";

const KEY = "evidence.jsonl";

/** Of the component that is named, or of the ConfigMap in --evidence. */
export const sealedCase = async (request: Request, io: Io): Promise<Case> => {
  const connection = await io.connect(request.where);
  const [component, name] = request.positionals;
  const asked = request.text("evidence");
  if (component === undefined)
    return { ...(await recordIn(connection, asked ?? "")), budget: {}, profile: "Lean" };
  const { migration } = await findMigration(connection, name);
  const judged = verdictOf(migration, component, asked);
  const { cpuPercent, guardPercent, alpha } = migration.spec.budget;
  return {
    ...(await recordIn(connection, judged.evidence ?? "")),
    budget: { cpuPercent, guardPercent, alpha },
    profile: judged.profile,
    sealed: judged.evidenceHash,
  };
};

const verdictOf = (
  migration: Migration,
  component: string,
  evidence: string | undefined,
): TrialVerdict => {
  componentOf(migration, component);
  const status = componentIn(migration.status, component);
  const sealed = (status?.verdicts ?? []).filter((one) => one.evidence !== undefined);
  const found =
    evidence === undefined ? sealed.at(-1) : sealed.find((one) => one.evidence === evidence);
  if (found) return found;
  throw missing({
    what: `there is no sealed evidence of ${component}${evidence ? ` in ${evidence}` : ""}`,
    why:
      sealed.length > 0
        ? `there is ${sealed.map((one) => one.evidence).join(", ")}`
        : `no trial of it has ended; it is ${status?.stage ?? "Waiting"}`,
    todo: "flashcard-otel explain component " + component,
  });
};

const recordIn = async (
  { cluster, namespace }: Connection,
  name: string,
): Promise<Pick<Case, "text" | "from">> => {
  const found = await cluster.read({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
  const text = found?.data?.[KEY];
  if (text !== undefined) return { text, from: `ConfigMap ${name}` };
  if (found)
    throw new Trouble({
      what: `ConfigMap ${name} is no evidence`,
      why: `it has no key ${KEY}`,
      todo: "name one that `flashcard-otel explain verdict COMPONENT` shows",
    });
  throw missing({
    what: `there is no ConfigMap ${name} in namespace ${namespace}`,
    why: "evidence goes with its migration",
    todo: "kubectl get configmaps -l flashcard-otel.dev/keep=true",
  });
};
