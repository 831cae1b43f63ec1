/** Keyboard: everything can be reached by Tab; these are short cuts. */
import { useEffect } from "preact/hooks";
import type { Migration } from "../facts.ts";
import { linkTo, type Route, VIEWS } from "./route.ts";

export const KEYS: [keys: string, does: string][] = [
  ["1 … 8", "view of this migration"],
  ["j, k", "next, previous migration"],
  ["g", "all migrations"],
  ["/", "filter"],
  ["?", "this list"],
];

const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);

interface Setting {
  route: Route | undefined;
  migrations: Migration[];
  help: () => void;
}

const neighbour = ({ route, migrations }: Setting, step: number): void => {
  const here = migrations.findIndex(
    ({ namespace, name }) => namespace === route?.namespace && name === route.name,
  );
  const next = migrations[Math.max(0, Math.min(migrations.length - 1, here + step))];
  if (next) location.hash = linkTo(next, route?.view);
};

const act = (key: string, setting: Setting): boolean => {
  const view = VIEWS[Number(key) - 1];
  if (view && setting.route) location.hash = linkTo(setting.route, view);
  else if (key === "j") neighbour(setting, 1);
  else if (key === "k") neighbour(setting, -1);
  else if (key === "g") location.hash = "#/";
  else if (key === "/") document.querySelector<HTMLInputElement>("input[type=search]")?.focus();
  else if (key === "?") setting.help();
  else return false;
  return true;
};

export const useKeys = (setting: Setting): void => {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      if (act(event.key, setting)) event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
};
