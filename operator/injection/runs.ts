/** Can the next run of a CronJob prove anything? Pure. */
import { type Question, refuse } from "./question.ts";

const unmeasured: Question = ({ spec }) =>
  spec.trial.acceptUnmeasured || spec.trial.skip
    ? undefined
    : refuse(
        "NotMeasured",
        `no two runs of ${spec.target.name} can be compared, so nothing can be proven about the overhead; set trial.acceptUnmeasured: true to take it after one good run`,
      );

const suspended: Question = ({ workload, spec }) =>
  workload.suspend
    ? refuse(
        "Suspended",
        `${spec.target.name} is suspended, so no run would prove anything; set suspend: false`,
      )
    : undefined;

export const runQuestions: Question[] = [unmeasured, suspended];
