/** Would anything but a crash be noticed while the agent is rolled out? Pure. */
import { type Question, refuse } from "./question.ts";

export const unguarded: Question = ({ spec }) =>
  spec.signals.length > 0 || spec.rollout.acceptNotGuarded
    ? undefined
    : refuse(
        "NotGuarded",
        `no signal of ${spec.name} is named, so new pods that are slower or fail more would not be noticed; name some in signals, or set rollout.acceptNotGuarded: true`,
      );
