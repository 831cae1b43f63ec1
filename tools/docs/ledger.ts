/** Commands of pages that are not run here: the test that runs them, or why none does. A command that is on no line is a problem. Pure. */
import type { Checked, Problem } from "./links.ts";
import { ownWords } from "./ours.ts";
import type { Call } from "./shell.ts";

interface Entry {
  /** First words of the command. */
  command: string;
  /** The program that runs it. */
  by?: string;
  /** Why nobody runs it, or what differs where it is run. */
  because?: string;
}

const READS = "kubectl's own, and only reads";

export const LEDGER: readonly Entry[] = [
  { command: "npm run e2e -- there-and-back", by: "tools/gate.ts" },
  {
    command: "npm run demo",
    because:
      "has a machine to itself for half an hour; its steps are those of e2e/stories/there-and-back.ts",
  },
  { command: "npm run build -w cli", by: "tools/cli.test.ts" },
  { command: "npm run cli --", by: "tools/cli.test.ts" },
  { command: "export KUBECONFIG", because: "the shell's own" },
  {
    command: "npm run cluster --",
    because: "needs the demo's cluster; its words are held against cluster/arguments.ts",
  },
  {
    command: "npm run images -- --push",
    by: "cluster/images/push.rig.test.ts",
    because: "to a registry on loopback",
  },
  { command: "npm run overhead --", by: "overhead/run.rig.test.ts" },
  { command: "node loadtest/meter.ts", by: "loadtest/overhead.rig.test.ts" },
  { command: "k6 run loadtest/overhead.ts", by: "loadtest/overhead.rig.test.ts" },
  { command: "promtool test rules", by: "dashboards/promtool.rig.test.ts" },
  {
    command: "install cli/dist/",
    because: "writes outside of the repository; what it installs is run by tools/cli.test.ts",
  },
  { command: "ln -s flashcard-otel", because: "as the line before it" },
  {
    command: "source <(flashcard-otel completion",
    by: "cli/golden.test.ts",
    because: "the script is compared; no shell loads it",
  },
  {
    command: "helm install flashcard-otel charts/flashcard-otel",
    by: "e2e/stories/chart.ts",
    because: "with the images of the cluster: nothing is at registry.example",
  },
  {
    command: "helm upgrade flashcard-otel charts/flashcard-otel",
    by: "e2e/stories/chart.ts",
    because: "with the images of the cluster",
  },
  { command: "helm test flashcard-otel", by: "e2e/stories/chart.ts" },
  { command: "helm uninstall flashcard-otel", by: "e2e/stories/chart.ts" },
  {
    command: "kubectl apply -f migration.yaml",
    by: "tools/docs/resources.ts",
    because: "the file is the block above it, and is held against the schema",
  },
  { command: "kubectl create namespace shop", by: "e2e/kit/orders.ts" },
  { command: "kubectl apply -k samples/orders/kubernetes", by: "e2e/kit/orders.ts" },
  {
    command: "kubectl apply -f samples/orders/migration.yaml",
    by: "e2e/stories/foreign-service.ts",
  },
  {
    command: "kubectl -n shop create configmap",
    because: "kubectl's own; e2e/kit/orders.ts makes such ConfigMaps by kustomize",
  },
  { command: "kubectl -n shop delete ft", by: "e2e/kit/story.ts" },
  {
    command: "kubectl -n shop patch deployment",
    because: "kubectl's own, for when the operator is gone",
  },
  {
    command: "kubectl -n shop patch serviceaccount",
    because: "kubectl's own, for registries with a login",
  },
  {
    command: "kubectl -n shop patch ft",
    because: "lets go of what was uninstalled by force, which no story does",
  },
  { command: "kubectl -n flashcard-otel get", because: READS },
  { command: "kubectl -n flashcard-otel logs", because: READS },
  { command: "kubectl -n flashcards get pods", because: READS },
  { command: "kubectl -n flashcards logs", because: READS },
];

/** Read line by line by a program of its own. */
export interface Played {
  page: string;
  /** Lines from the heading to the next one. */
  from: number;
  to: number;
}

const isIn = ({ file, line }: Call, { page, from, to }: Played): boolean =>
  file === page && line >= from && line < to;

export interface Listing {
  ledger: readonly Entry[];
  played: Played;
  exists: (file: string) => boolean;
}

export const checkLedger = (calls: Call[], { ledger, played, exists }: Listing): Checked => {
  const others = calls.filter(
    (call) =>
      call.isWhole &&
      call.file.endsWith(".md") &&
      ownWords(call) === undefined &&
      !isIn(call, played),
  );
  const used = new Set<Entry>();
  const unknown = others.flatMap((call): Problem[] => {
    const text = call.words.join(" ");
    const entry = ledger.find(({ command }) => text.startsWith(command));
    if (!entry) return [{ file: call.file, line: call.line, text, why: UNLISTED }];
    used.add(entry);
    return [];
  });
  return {
    count: others.length,
    problems: [...unknown, ...ledger.flatMap((entry) => wrongIn(entry, { used, exists }))],
  };
};

const FILE = "tools/docs/ledger.ts";
const UNLISTED = `no test runs it: name the one that does, or the reason why none can, in ${FILE}`;

const wrongIn = (
  entry: Entry,
  { used, exists }: { used: Set<Entry>; exists: Listing["exists"] },
): Problem[] => {
  const at = { file: FILE, line: 1, text: entry.command };
  if (!used.has(entry)) return [{ ...at, why: "no page has it" }];
  if (entry.by && !exists(entry.by)) return [{ ...at, why: `there is no ${entry.by}` }];
  return entry.by || entry.because ? [] : [{ ...at, why: "neither a test nor a reason" }];
};
