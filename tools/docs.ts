/**
 * `npm run docs:check`: what the pages say is held against what is there. Dead links, commands that do not exist, YAML that would be
 * refused, and what no page tells about. Commands of our own are run against a namespace in memory; of others it is written down who runs
 * them (tools/docs/ledger.ts). Other hosts are not asked.
 *
 *   npm run docs:check -- [--json FILE]     exit code 1 when something is wrong
 */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { commands } from "../cli/table.ts";
import { alertGroups } from "../dashboards/alerts.ts";
import { schema } from "../operator/migration/crd.ts";
import { reasons } from "../operator/migration/reasons.ts";
import { KIND, STAGES } from "../operator/migration/schema.ts";
import { checkCommands } from "./docs/commands.ts";
import { execute } from "./docs/execute.ts";
import { checkLedger, LEDGER } from "./docs/ledger.ts";
import { spanOf } from "./docs/lines.ts";
import { checkLinks, type Problem } from "./docs/links.ts";
import type { Page } from "./docs/markdown.ts";
import { checkResources } from "./docs/resources.ts";
import { callsOf } from "./docs/shell.ts";
import { callsOfScripts, readPages, readScripts, type Scripts, text } from "./docs/sources.ts";
import { checkWords } from "./docs/words.ts";
import { checkDuties, type Duty, fieldsOf, scriptName } from "./docs/undocumented.ts";
import { root } from "./run.ts";
import { valuesOf } from "./values.ts";

const alerts = (): string[] => {
  const names = alertGroups("otel").flatMap(({ rules }) =>
    rules.flatMap(({ alert }) => alert ?? []),
  );
  return [...new Set(names)];
};

const duties = (pages: Map<string, Page>, scripts: Scripts): Duty[] => {
  const { spec, status } = schema().properties ?? {};
  const fields = [...fieldsOf(spec ?? {}, "spec"), ...fieldsOf(status ?? {}, "status")];
  const values = valuesOf(text("charts/flashcard-otel/values.yaml"));
  const [, ...kindsOfReasons] = pages.get("docs/reasons.md")?.anchors ?? [];
  return [
    { page: "docs/api.md", names: fields.map((field) => `\`${field}\``) },
    { page: "charts/flashcard-otel/README.md", names: values.map(({ name }) => `\`${name}\``) },
    {
      page: "CONTRIBUTING.md",
      names: [...scripts].flatMap(([at, names]) =>
        [...names.keys()].map((name) => scriptName(at, name)),
      ),
    },
    { page: "docs/cli.md", names: commands.map(({ name }) => `## ${name}`) },
    { page: "docs/runbooks.md", names: alerts().map((alert) => `### ${alert}`) },
    { page: "docs/runbooks.md", names: kindsOfReasons.map((anchor) => `(reasons.md#${anchor}`) },
    { page: "docs/README.md", names: pagesToList(pages).map((file) => `(${file}`) },
  ];
};

/** Every page of docs/ is in its index. */
const pagesToList = (pages: Map<string, Page>): string[] =>
  [...pages.keys()].flatMap((file) => {
    const [, name = ""] = /^docs\/([^/]+\.md)$/.exec(file) ?? [];
    return name && name !== "README.md" ? [name] : [];
  });

/** Pages that a person acts on under pressure. */
const ACTED_ON = ["docs/runbooks.md", "docs/concepts.md", "docs/migrating.md"];

/** Kubernetes' own words, our kind and conditions, and verdicts of parity. */
const OTHERS = [
  KIND,
  "DowntimeMeasured",
  "ImagePullBackOff",
  "NoEvidence",
  "OnDelete",
  "RollingUpdate",
];

const words = (): Set<string> =>
  new Set([...Object.values(reasons).flatMap((group) => Object.keys(group)), ...STAGES, ...OTHERS]);

/** Its section about kind is played line by line by e2e/quickstart/main.ts. */
const QUICKSTART = "docs/quickstart.md";

export const checkDocs = async () => {
  const pages = await readPages();
  const scripts = readScripts();
  const calls = [...callsOfScripts(scripts), ...[...pages.values()].flatMap(callsOf)];
  const named = checkCommands(calls, { root, scripts });
  const broken = new Set(named.problems.map(({ file, line }) => `${file}:${line}`));
  const ran = await execute(calls.filter(({ file, line }) => !broken.has(`${file}:${line}`)));
  const listed = checkLedger(calls, {
    ledger: LEDGER,
    played: { page: QUICKSTART, ...spanOf(text(QUICKSTART), "kind") },
    exists: (file) => existsSync(join(root, file)),
  });
  const resources = checkResources(pages.values());
  const links = checkLinks({ root, pages });
  const known = checkDuties(duties(pages, scripts), (page) => (pages.has(page) ? text(page) : ""));
  const acted = ACTED_ON.flatMap((file) => pages.get(file) ?? []);
  const said = checkWords(acted, words());
  const failed = [named, ran, listed, resources, said].flatMap(({ problems }) => problems);
  return {
    commands: named.count,
    run: ran.count,
    listed: listed.count,
    failed: failed.length,
    links: links.count,
    dead: links.problems.length,
    fields: known.count,
    undocumented: known.problems.length,
    problems: [...failed, ...links.problems, ...known.problems],
  };
};

const lineOf = ({ file, line, text: what, why }: Problem): string =>
  `${file}:${line}: ${what}: ${why}`;

if (import.meta.main) {
  const { values } = parseArgs({ options: { json: { type: "string" } } });
  const report = await checkDocs();
  if (values.json) await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  const { problems, ...counts } = report;
  for (const problem of problems) console.log(lineOf(problem));
  console.log(
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(", "),
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
