/** The page of `--html`: self-contained, no script, nothing fetched. Pure. */
import type { Verdict } from "../verdict/report.ts";
import { chart } from "./chart.ts";
import { framesOf } from "./frames.ts";
import type { Found } from "./result.ts";

export const page = (found: Found): string => {
  const { app, agent, url, budget, evidence } = found;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`${found.verdict}: what the agent costs`)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1><span class="${found.verdict}">${found.verdict}</span> ${escaped(found.reason)}</h1>
<p>${escaped(found.message)}</p>
<p><code>${escaped(app)}</code> on <code>${escaped(url)}</code>, agent <code>${escaped(agent)}</code>, ${found.seconds} s</p>
${key("Key 1: what an item costs", found.marginal, { text: evidence.marginal, limit: budget.cpuPercent, found })}
${key("Key 2: what having the agent costs", found.whole, { text: evidence.whole, limit: budget.guardPercent, found })}
<p>The band is the 90 % interval, which holds at all times at once; the dashed line is the limit. Passed: below it, Failed: above it,
each wrong with a probability of at most ${budget.alpha}, however often one looks. Inconclusive: neither.</p>
</body>
</html>
`;
};

interface Part {
  text: string | null;
  limit: number;
  found: Found;
}

const key = (title: string, verdict: Verdict | null, { text, limit, found }: Part): string =>
  verdict === null || text === null
    ? `<h2>${title}</h2>\n<p>Not measured: this agent cannot be switched on and off per item.</p>`
    : `<h2>${title}</h2>
<p><span class="${verdict.verdict}">${verdict.verdict}</span> ${escaped(verdict.message)}</p>
${chart(framesOf(text, found.budget), limit)}
<details><summary>Evidence</summary><pre>${escaped(text)}</pre></details>`;

export const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
pre { overflow-x: auto; font-size: 12px; max-height: 20rem; }
.Passed { color: #1a7f37; } .Failed, .Error { color: #cf222e; } .Inconclusive, .Running { color: #9a6700; }
`;
