/** Components by stages: one row a component, one column a stage of its way. */
import type { ComponentSpec, ComponentStatus } from "../../../operator/migration/schema.ts";
import type { Migration } from "../../facts.ts";
import { Icon } from "../draw/icon.tsx";
import { Interval } from "../draw/interval.tsx";
import { Card } from "../parts.tsx";
import { linkTo } from "../route.ts";
import { COLUMNS, gist, plural, stageOf } from "../words.ts";

const waiting: Pick<ComponentStatus, "stage" | "message" | "reason"> = {
  stage: "Waiting",
  message: "",
  reason: "",
};

const Cell = ({ column, stage }: { column: number; stage: ReturnType<typeof stageOf> }) => {
  if (column > stage.column) return <td class="stage" />;
  if (column < stage.column)
    return (
      <td class="stage passed">
        <span class="visually-hidden">passed</span>
      </td>
    );
  return (
    <td class={`stage here tone-${stage.tone}`}>
      <span class="pill">
        <Icon name={stage.tone} />
        {stage.text}
      </span>
    </td>
  );
};

interface RowOptions {
  migration: Migration;
  spec: ComponentSpec;
}

const Row = ({ migration, spec }: RowOptions) => {
  const status = migration.status.components.find(({ name }) => name === spec.name);
  const { stage, message, reason } = status ?? waiting;
  const verdict = status?.verdict;
  return (
    <tr>
      <th scope="row">
        {spec.name}
        <small>
          {spec.target.kind} {spec.target.name} · {status?.profile ?? spec.profile}
        </small>
      </th>
      {COLUMNS.map((name, column) => (
        <Cell key={name} column={column} stage={stageOf(stage)} />
      ))}
      <td class="cost">
        {verdict ? (
          <a class="plain" href={linkTo(migration, "verdicts", spec.name)}>
            <Interval verdict={verdict} budget={migration.spec?.budget.cpuPercent ?? 1} />
          </a>
        ) : (
          <span class="dim">—</span>
        )}
      </td>
      <td class="message" title={message}>
        {reason && <code>{reason}</code>} {gist(message)}
      </td>
    </tr>
  );
};

export const Matrix = ({ migration }: { migration: Migration }) => {
  const components = migration.spec?.components ?? [];
  const done = migration.status.components.filter(({ stage }) => stage === "Instrumented").length;
  return (
    <Card
      title="Components"
      aside={
        <span class="dim">
          {done} of {plural(components.length, "component")} instrumented
        </span>
      }
    >
      <div class="scroll" tabIndex={0} role="region" aria-label="Components by stages">
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">Component</th>
              {COLUMNS.map((name) => (
                <th key={name} scope="col" class="stage">
                  {name}
                </th>
              ))}
              <th scope="col">CPU per item</th>
              <th scope="col">Now</th>
            </tr>
          </thead>
          <tbody>
            {components.map((spec) => (
              <Row key={spec.name} migration={migration} spec={spec} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
};
