/** What preflight asks of a workload, one question at a time. */
import type { Manifest } from "../cluster/cluster.ts";
import type { ComponentSpec } from "../migration/schema.ts";
import type { Images } from "./inject.ts";
import type { Container, DeploymentSpec } from "./pod.ts";

export interface Refusal {
  reason: string;
  message: string;
}

export interface Look {
  spec: ComponentSpec;
  deployment: Manifest | undefined;
  /** Of the namespace; those of other workloads are ignored. */
  pods?: Manifest[];
  disruptionBudgets?: Manifest[];
  autoscalers?: Manifest[];
  images: Images;
}

export interface Subject extends Look {
  deployment: Manifest;
  workload: DeploymentSpec;
  container: Container;
}

export type Question = (subject: Subject) => Refusal | undefined;

export const refuse = (reason: string, message: string): Refusal => ({ reason, message });
