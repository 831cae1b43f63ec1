/** The page's files, by path: part of the bundle where there is one, made from the sources where there is none. */
import type { Content } from "./answer.ts";

export type Page = Record<string, Content>;

export interface Built {
  script: string;
  style: string;
}

/** Set when the command line is bundled (`define` of esbuild), so that it stays one file. */
declare const CONSOLE_PAGE: Built | undefined;

const SHELL = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>flashcard-otel</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/page.css">
    <script type="module" src="/page.js"></script>
  </head>
  <body><div id="page"></div></body>
</html>
`;

const built = async (): Promise<Built> =>
  typeof CONSOLE_PAGE === "undefined" ? (await import("../build.ts")).buildPage() : CONSOLE_PAGE;

export const openPage = async (): Promise<Page> => {
  const { script, style } = await built();
  return {
    "/": { type: "text/html", body: SHELL },
    "/page.js": { type: "text/javascript", body: script },
    "/page.css": { type: "text/css", body: style },
  };
};
