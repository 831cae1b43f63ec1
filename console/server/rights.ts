/** What the user may do, as the API server says it: buttons that would only be refused are not shown. */
import type { Cluster } from "../../operator/cluster/cluster.ts";
import { GROUP, PLURAL } from "../../operator/migration/schema.ts";

interface Wish {
  verb: "list" | "patch";
  /** Empty: in all namespaces. */
  namespace: string;
  name?: string;
}

export const may = async (
  cluster: Pick<Cluster, "create">,
  { verb, namespace, name = "" }: Wish,
): Promise<boolean> => {
  const { status } = await cluster.create({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    metadata: { name: "" },
    spec: { resourceAttributes: { group: GROUP, resource: PLURAL, verb, namespace, name } },
  });
  return (status as { allowed?: boolean } | undefined)?.allowed === true;
};
