/** Where the page is, kept in the address behind the `#`, so that back, forward and bookmarks work. */
import { useEffect, useState } from "preact/hooks";

export const VIEWS = [
  "steps",
  "verdicts",
  "parity",
  "traces",
  "pulse",
  "dashboards",
  "history",
  "plan",
] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  namespace: string;
  name: string;
  view: View;
  /** What is chosen inside the view. */
  detail: string;
}

const isView = (word: string | undefined): word is View => VIEWS.some((view) => view === word);

/** Undefined: the overview of all migrations. */
export const routeIn = (hash: string): Route | undefined => {
  const [, namespace, name, view, detail] = hash
    .replace(/^#/, "")
    .split("/")
    .map(decodeURIComponent);
  if (!namespace || !name) return undefined;
  return { namespace, name, view: isView(view) ? view : "steps", detail: detail ?? "" };
};

export const linkTo = (
  { namespace, name }: { namespace: string; name: string },
  view: View = "steps",
  detail = "",
): string =>
  `#${["", namespace, name, view, ...(detail ? [detail] : [])].map(encodeURIComponent).join("/")}`;

export const useRoute = (): Route | undefined => {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => setHash(location.hash);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return routeIn(hash);
};
