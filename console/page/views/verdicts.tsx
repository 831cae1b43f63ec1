/** Every verdict as a picture, drawn from its evidence: whether the seal holds is checked on the way. */
import type { ComponentStatus, TrialVerdict } from "../../../operator/migration/schema.ts";
import type { Course, Migration } from "../../facts.ts";
import { pathOf, useAsk } from "../ask.ts";
import { CoursePicture } from "../draw/course.tsx";
import { Icon } from "../draw/icon.tsx";
import type { ViewOptions } from "../migration.tsx";
import { Badge, Card, Empty, Facts, Loaded } from "../parts.tsx";
import { linkTo } from "../route.ts";
import { duration, percent, verdictTone } from "../words.ts";

const SEALS: Record<Course["seal"], { text: string; tone: "good" | "bad" | "busy" }> = {
  Intact: { text: "evidence matches its seal", tone: "good" },
  Broken: { text: "evidence does not match its seal", tone: "bad" },
  Open: { text: "trial under way, not sealed yet", tone: "busy" },
};

const Seal = ({ seal }: { seal: Course["seal"] }) => (
  <span class={`seal tone-${SEALS[seal].tone}`}>
    <Icon name="seal" />
    {SEALS[seal].text}
  </span>
);

/** How strong the evidence is, on both sides, as a share of what decides. */
const Strength = ({ course }: { course: Course }) => {
  const { logPass = 0, logFail = 0 } = course.points.at(-1) ?? {};
  const decides = Math.log(1 / course.alpha);
  const side = (name: string, value: number) => {
    const share = Math.max(0, Math.min(1, value / decides));
    const text = `${name}: ${(share * 100).toFixed(0)} %`;
    return (
      <div class="strength">
        <span>{name}</span>
        <meter min={0} max={1} value={share} aria-label={text} />
        <span class="number">{(share * 100).toFixed(0)} %</span>
      </div>
    );
  };
  return (
    <div class="strengths">
      <p class="label">Evidence; 100 % decides</p>
      {side("below budget", logPass)}
      {side("above budget", logFail)}
    </div>
  );
};

const numbersOf = (verdict: Omit<TrialVerdict, "profile">, course: Course): [string, string][] => [
  ["CPU per item", verdict.estimatePercent === undefined ? "—" : percent(verdict.estimatePercent)],
  [
    "90 % interval",
    verdict.lowerPercent === undefined || verdict.upperPercent === undefined
      ? "—"
      : `${percent(verdict.lowerPercent)} … ${percent(verdict.upperPercent)}`,
  ],
  ["Pairs", `${verdict.pairs} of at most ${course.maxPairs}`],
  ...(verdict.forecastPairs === undefined
    ? []
    : ([["Needs about", `${verdict.forecastPairs} pairs`]] as [string, string][])),
  [
    "Item without agent",
    verdict.cpuMicrosPerItem === undefined ? "—" : duration(verdict.cpuMicrosPerItem / 1e6),
  ],
  ["Spans per item", verdict.spansPerItem?.toFixed(1) ?? "—"],
  ["Pair of twins", verdict.guardPercent === undefined ? "—" : percent(verdict.guardPercent)],
];

interface TrialOptions {
  migration: Migration;
  component: string;
  /** Undefined: the attempt under way. */
  verdict: TrialVerdict | undefined;
}

const REFRESH_MS = 3000;

const Trial = ({ migration, component, verdict }: TrialOptions) => {
  const evidence = verdict?.evidence ?? "";
  const path =
    verdict && evidence === "" ? "" : pathOf("trial", migration, { component, evidence });
  const asked = useAsk<Course | null>(path, verdict ? {} : { everyMs: REFRESH_MS });
  if (path === "") return <Empty>{verdict?.message}</Empty>;
  return (
    <Loaded asked={asked}>
      {(course) =>
        course ? (
          <div class="trial">
            <div>
              <CoursePicture course={course} />
              <p class="message">{course.verdict.message}</p>
            </div>
            <aside>
              <Facts rows={numbersOf(course.verdict, course)} />
              <Strength course={course} />
              <Seal seal={course.seal} />
            </aside>
          </div>
        ) : (
          <Empty>The load has not begun.</Empty>
        )
      }
    </Loaded>
  );
};

const title = (component: string, verdict: Pick<TrialVerdict, "profile"> | undefined): string =>
  verdict ? `${component} · ${verdict.profile}` : component;

const Component = ({ migration, status }: { migration: Migration; status: ComponentStatus }) => {
  const running = status.stage === "Trial" && status.attempt;
  return (
    <>
      {running && (
        <Card
          title={title(status.name, status.profile && { profile: status.profile })}
          aside={<Badge tone="busy">Running</Badge>}
        >
          <Trial migration={migration} component={status.name} verdict={undefined} />
        </Card>
      )}
      {status.verdicts.toReversed().map((verdict) => (
        <Card
          key={`${verdict.profile}${verdict.evidence ?? ""}`}
          title={title(status.name, verdict)}
          aside={
            <Badge tone={verdictTone(verdict.verdict)}>
              {verdict.verdict} <code>{verdict.reason}</code>
            </Badge>
          }
        >
          <Trial migration={migration} component={status.name} verdict={verdict} />
        </Card>
      ))}
    </>
  );
};

export const Verdicts = ({ migration, detail }: ViewOptions) => {
  const judged = migration.status.components.filter(
    ({ verdicts, stage }) => verdicts.length > 0 || stage === "Trial",
  );
  const chosen = judged.find(({ name }) => name === detail) ?? judged[0];
  if (!chosen) return <Empty>No component has been in a trial yet.</Empty>;
  return (
    <div class="split">
      <nav class="picker" aria-label="Components">
        {judged.map(({ name, verdict, stage }) => (
          <a
            key={name}
            href={linkTo(migration, "verdicts", name)}
            aria-current={name === chosen.name ? "true" : undefined}
          >
            <b>{name}</b>
            <Badge
              tone={stage === "Trial" ? "busy" : verdictTone(verdict?.verdict ?? "NotMeasured")}
            >
              {stage === "Trial" ? "Running" : (verdict?.verdict ?? "No verdict")}
            </Badge>
          </a>
        ))}
      </nav>
      <div class="stack">
        <Component migration={migration} status={chosen} />
      </div>
    </div>
  );
};
