/** Would renewing a StatefulSet pod by pod keep it serving? Pure. */
import { type Question, refuse } from "./question.ts";
import { ownSoak, scaledDown, unprobed } from "./rolling.ts";
import { replicasOf } from "./share.ts";

const onDelete: Question = ({ workload, spec }) =>
  workload.updateStrategy?.type === "OnDelete"
    ? refuse(
        "OnDelete",
        `${spec.target.name} renews pods only when they are deleted; use updateStrategy RollingUpdate`,
      )
    : undefined;

/** A value of the user's own would be taken for ours, and lost on the way back. */
const partitioned: Question = ({ workload, spec }) =>
  workload.updateStrategy?.rollingUpdate?.partition
    ? refuse(
        "PartitionSet",
        `${spec.target.name} sets a partition itself, so a rollout of its own is under way; finish it and set partition: 0`,
      )
    : undefined;

/** A pod is stopped before its successor starts: the name can be had only once. */
const alone: Question = ({ workload, spec }) =>
  replicasOf(workload) === 1
    ? refuse(
        "NoneStaysAvailable",
        `the only pod of ${spec.target.name} would stop before the new one starts; raise replicas`,
      )
    : undefined;

const shareTooBig: Question = ({ workload, spec }) => {
  const share = Math.round(100 / Math.max(1, replicasOf(workload)));
  return share > spec.rollout.maxFirstShare
    ? refuse(
        "FirstShareTooLarge",
        `the first pod is ${share} % of ${spec.target.name}, rollout.maxFirstShare allows ${spec.rollout.maxFirstShare} %; raise replicas, or raise the limit`,
      )
    : undefined;
};

export const ordinalQuestions: Question[] = [
  scaledDown,
  onDelete,
  partitioned,
  alone,
  unprobed,
  ownSoak,
  shareTooBig,
];
