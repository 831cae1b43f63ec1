/** `explain component`: its stage, why it is there, what speaks against going on, and what was measured. */
import { componentIn } from "@flashcard-otel/operator/migration/named.ts";
import type { ComponentStatus } from "@flashcard-otel/operator/migration/schema.ts";
import type { Handler } from "../command.ts";
import { refusalsOf } from "../plan/refusals.ts";
import { componentOf, findMigration } from "../reach/migration.ts";
import { reading } from "../reach/reading.ts";
import { settingsWith, worldOf } from "../reach/world.ts";
import { emit } from "../text/emit.ts";
import { type Paint, painter } from "../text/paint.ts";
import { secondsBetween, span } from "../text/time.ts";
import { COLOURS, numbersOf } from "../text/verdict.ts";
import { EXIT } from "../trouble.ts";
import { reasonLines } from "./reason.ts";

export const explainComponent: Handler = async (request, io) => {
  const connection = await io.connect(request.where);
  const [name = "", migrationName] = request.positionals;
  const { migration } = await findMigration(connection, migrationName);
  const spec = componentOf(migration, name);
  const settings = settingsWith({});
  const { cluster, notes } = reading(connection.cluster, settings.images);
  const { world, inventory } = await worldOf(migration, cluster, { now: io.now(), settings });
  const seen = world.components.find((one) => one.spec.name === name);
  const status = componentIn(migration.status, name);
  const carries = status !== undefined && CARRIES.includes(status.stage);
  const subject = { migration, spec, status, deployment: seen?.deployment, inventory };
  const refusals = carries ? [] : await refusalsOf(subject, { cluster, settings, world });
  const code = refusals.length > 0 ? EXIT.no : EXIT.done;
  if (await emit({ ...status, refusals }, request.format, io)) return code;
  const paint = painter(io);
  const lines = [
    `${paint("bold", name)}: ${spec.target.kind} ${spec.target.name}, container ${spec.target.container ?? "(the first)"}`,
    ...stageLines(status, io.now()),
    ...refusals.flatMap(({ reason, message }) => [`  ${paint("red", reason)}: ${message}`]),
    ...(status?.verdicts ?? []).map((verdict) => verdictLine(verdict, paint)),
    ...notes.map((note) => `  not seen: ${note}`),
  ];
  io.print(`${lines.join("\n")}\n`);
  return code;
};

/** A rollout has begun: what preflight would say now is about another workload. */
const CARRIES: readonly string[] = ["RollingOut", "Soaking", "Instrumented"];

const stageLines = (status: ComponentStatus | undefined, now: Date): string[] => {
  if (!status) return ["  Waiting: the operator has not come to it yet"];
  const since = secondsBetween(status.since, now);
  const time = since === undefined ? "" : ` for ${span(since)}`;
  return [
    `  ${status.stage}${time}: ${status.reason}: ${status.message}`,
    ...reasonLines(status.reason).map((line) => `    ${line}`),
    ...(status.hash
      ? [
          `  agent: profile ${status.profile}, configuration ${status.hash}, legacy emitter ${status.legacy}`,
        ]
      : []),
    ...(status.originalReplicaSet
      ? [`  plain pods were of ReplicaSet ${status.originalReplicaSet}`]
      : []),
  ];
};

const verdictLine = (verdict: ComponentStatus["verdicts"][number], paint: Paint): string =>
  `  profile ${verdict.profile}: ${paint(COLOURS[verdict.verdict], verdict.verdict)} (${verdict.reason}) ${numbersOf(verdict) || verdict.message}`;
