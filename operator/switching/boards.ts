/** Dashboards as Grafana's side-car finds them: JSON in ConfigMaps with a label. Pure. */
import type { Manifest } from "../cluster/cluster.ts";

export const SHOWN = "grafana_dashboard";

export interface Query {
  /** Dashboard, panel and query, for people. */
  where: string;
  /** The same in both editions of a dashboard. */
  key: string;
  expression: string;
}

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Names of files that are no JSON objects: Grafana would not show them either. */
export const unreadableBoards = ({ data = {} }: Manifest): string[] =>
  Object.entries(data).flatMap(([file, text]) => (isTree(parsed(text)) ? [] : [file]));

const titleOf = ({ title }: Tree): string => (typeof title === "string" ? title : "untitled");

/** Panels, those of collapsed rows too. */
const panelsOf = (board: Tree): Tree[] => {
  const { panels } = board;
  if (!Array.isArray(panels)) return [];
  return panels.filter(isTree).flatMap((panel) => [panel, ...panelsOf(panel)]);
};

const typeOf = ({ datasource }: Tree): unknown => isTree(datasource) && datasource["type"];

/** Others have expressions too, which no Prometheus understands. */
const isPrometheus = (target: Tree, panel: Tree): boolean => {
  const type = typeOf(target) || typeOf(panel);
  return typeof type !== "string" || ["prometheus", "datasource"].includes(type);
};

const queriesOf = (panel: Tree, board: string): Query[] => {
  const targets = Array.isArray(panel["targets"]) ? panel["targets"].filter(isTree) : [];
  return targets.flatMap((target, index) => {
    const { expr, refId } = target;
    if (typeof expr !== "string" || expr.trim() === "" || !isPrometheus(target, panel)) return [];
    const key = `${titleOf(panel)}/${typeof refId === "string" ? refId : index}`;
    return [{ where: `${board}: ${titleOf(panel)}`, key, expression: expr }];
  });
};

/** What the panels ask, in the order of the files. Panels of one title are told apart by their turn. */
export const panelQueries = ({ data = {} }: Manifest): Query[] => {
  const turns = new Map<string, number>();
  return Object.entries(data)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, text]) => {
      const board = parsed(text);
      if (!isTree(board)) return [];
      return panelsOf(board).flatMap((panel) => queriesOf(panel, titleOf(board)));
    })
    .map((query) => {
      const turn = (turns.get(query.key) ?? 0) + 1;
      turns.set(query.key, turn);
      return turn === 1 ? query : { ...query, key: `${query.key}#${turn}` };
    });
};

const ASKING = ["expr", "query", "definition"];

const texts = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(texts);
  if (!isTree(value)) return [];
  return Object.entries(value).flatMap(([field, inside]) =>
    typeof inside === "string" && ASKING.includes(field) ? [inside] : texts(inside),
  );
};

/** Every expression anywhere: panels, annotations and the lists of variables. */
export const allExpressions = ({ data = {} }: Manifest): { file: string; expression: string }[] =>
  Object.entries(data).flatMap(([file, text]) =>
    texts(parsed(text)).map((expression) => ({ file, expression })),
  );
