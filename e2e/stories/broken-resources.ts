/** Ten broken resources: each is refused, or says in a condition what to do; none touches a workload. */
import assert from "node:assert/strict";
import { get, kubectl } from "../kit/kubectl.ts";
import { NAMESPACE } from "../kit/migration.ts";
import {
  replicaSets,
  removeResource,
  type Resource,
  sample,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";
import { until } from "../kit/wait.ts";

type Change = (resource: Resource) => Record<string, unknown>;

interface Case {
  what: string;
  change: Change;
  /** What the person must read: in the refusal, or in a condition or component message. */
  says: RegExp;
}

const withComponent =
  (difference: Record<string, unknown>): Change =>
  ({ spec }) => ({ components: [{ ...spec.components[0], ...difference }] });

const refused: Case[] = [
  { what: "an unknown phase", change: () => ({ target: "Finished" }), says: /target/ },
  { what: "a negative budget", change: () => ({ budget: { cpuPercent: -1 } }), says: /cpuPercent/ },
  { what: "no component", change: () => ({ components: [] }), says: /components/ },
  { what: "an unknown field", change: () => ({ targets: "Retired" }), says: /targets/ },
  {
    what: "two components of one name",
    change: ({ spec }) => ({ components: [spec.components[0], spec.components[0]] }),
    says: /name|duplicate/i,
  },
  {
    what: "NODE_OPTIONS in a trial",
    change: withComponent({
      trial: { sideEffects: "None", env: [{ name: "NODE_OPTIONS", value: "x" }] },
    }),
    says: /NODE_OPTIONS/,
  },
  {
    what: "an address that is none",
    change: () => ({ legacy: { prometheus: { url: "prometheus" } } }),
    says: /url/,
  },
];

const conditioned: Case[] = [
  {
    what: "a missing workload",
    change: withComponent({ target: { kind: "Deployment", name: "nobody" } }),
    says: /nobody does not exist/,
  },
  {
    what: "a missing container",
    change: withComponent({ target: { kind: "Deployment", name: "worker", container: "sidecar" } }),
    says: /sidecar/,
  },
];

const resource = async (name: string, { change }: Case): Promise<Resource> => {
  const base = withoutTrials(await sample());
  const lean = { target: "Instrumented", components: base.spec.components };
  return {
    ...base,
    metadata: { ...base.metadata, name },
    spec: { ...lean, ...change(base) },
  };
};

const isRefused = async ({ tools, say }: Stage, scene: Case): Promise<void> => {
  const input = JSON.stringify(await resource("broken", scene));
  const error = await kubectl(tools, ["apply", "-f", "-"], { input }).then(
    () => undefined,
    (failure: unknown) => String(failure),
  );
  assert.ok(error, `${scene.what} was accepted`);
  assert.match(error, scene.says);
  say(`${scene.what}: refused, ${REASON.exec(error)?.[1] ?? error}`);
};

/** What the API server found, without kubectl's words around it. */
const REASON = /(?:is invalid: |BadRequest\): |\* )((?!<nil>).+)/;

interface Seen {
  status?: {
    next?: { message: string };
    conditions?: { message: string }[];
    components?: { message: string }[];
  };
}

const sentences = ({ status }: Seen): string[] =>
  [status?.next, ...(status?.conditions ?? []), ...(status?.components ?? [])].flatMap(
    (said) => said?.message ?? [],
  );

const isSaid = async (
  { tools, say }: Stage,
  { name, says, what }: { name: string; says: RegExp; what: string },
): Promise<void> => {
  const sentence = await until({ what: `a sentence about ${what}`, seconds: 120 }, async () => {
    const seen = await get<Seen>(tools, ["-n", NAMESPACE, "flashcardtelemetries", name]);
    return seen && sentences(seen).find((said) => says.test(said));
  });
  say(`${what}: ${sentence}`);
};

const isConditioned = async (stage: Stage, scene: Case): Promise<void> => {
  const input = JSON.stringify(await resource("broken", scene));
  await kubectl(stage.tools, ["apply", "-f", "-"], { input });
  await isSaid(stage, { name: "broken", ...scene });
  await removeResource(stage.tools, { namespace: NAMESPACE, name: "broken" });
};

/** The younger of two resources on one workload says so and waits; the older one is not disturbed. */
const sharedWorkload = async (stage: Stage): Promise<void> => {
  const hold: Change = () => ({ target: "Legacy" });
  for (const name of ["first", "second"]) {
    await kubectl(stage.tools, ["apply", "-f", "-"], {
      input: JSON.stringify(await resource(name, { what: name, change: hold, says: /./ })),
    });
    await until({ what: `${name} being looked at`, seconds: 60 }, () =>
      get<Seen>(stage.tools, ["-n", NAMESPACE, "flashcardtelemetries", name]).then(
        (seen) => seen?.status?.next,
      ),
    );
  }
  await isSaid(stage, {
    name: "second",
    what: "two resources on one workload",
    says: /already belongs to first/,
  });
  await removeResource(stage.tools, { namespace: NAMESPACE, name: "second" });
  await removeResource(stage.tools, { namespace: NAMESPACE, name: "first" });
};

const play = async (stage: Stage): Promise<void> => {
  const before = await replicaSets(stage.tools);
  for (const scene of refused) await isRefused(stage, scene);
  for (const scene of conditioned) await isConditioned(stage, scene);
  await sharedWorkload(stage);
  assert.deepEqual(await replicaSets(stage.tools), before);
};

export const brokenResources: Story = {
  name: "broken-resources",
  promise: "a broken resource is refused or says what to do, and touches nothing",
  play,
};
