/**
 * The team goes on working while its services are migrated: it applies its manifests, restarts, releases and takes releases back, in
 * every stage. Its word counts each time, the migration follows, and no request fails.
 */
import { get } from "../kit/kubectl.ts";
import { applyOrders, installOrders, ORDERS, type Releases } from "../kit/orders.ts";
import {
  IN_SHOP,
  inThe,
  meet,
  nothingElseIsOurs,
  nothingIsOurs,
  rollout,
  settled,
  shopMigration,
} from "../kit/shop.ts";
import { applyResource, back, endMigration, type Stage, type Story } from "../kit/story.ts";
import { until } from "../kit/wait.ts";
import { kubectl } from "../kit/kubectl.ts";

const MEASURED = "orders";

/** What the team's manifests say by now. */
interface Manifests {
  releases: Releases;
}

const release = async (
  stage: Stage,
  manifests: Manifests,
  [name, version]: [string, string],
): Promise<void> => {
  manifests.releases = { ...manifests.releases, [name]: version };
  stage.say(`release ${version} of ${name}`);
  await applyOrders(stage, manifests.releases);
};

/** A release while preflight refuses: the workload is paused. */
const inPreflight = async (stage: Stage, manifests: Manifests): Promise<void> => {
  await rollout(stage, "pause", "packer");
  await applyResource(stage.tools, await shopMigration("Instrumented", MEASURED));
  await meet(stage, { what: "packer being refused" }, ({ packer }) => packer?.reason === "Paused");
  await release(stage, manifests, ["packer", "2"]);
  await rollout(stage, "resume", "packer");
};

const whileRollingOut = async (stage: Stage, manifests: Manifests): Promise<void> => {
  await inThe(stage, "packer", "RollingOut");
  stage.say("applying the same manifests again");
  await applyOrders(stage, manifests.releases);
  await nothingElseIsOurs(stage, manifests.releases);
  await rollout(stage, "restart", "packer");
  await inThe(stage, "packer", "Soaking");
  await release(stage, manifests, ["packer", "3"]);
};

const attemptOf = async (stage: Stage, before = ""): Promise<string> => {
  let attempt = "";
  await meet(stage, { what: `an attempt after ${before || "none"} measuring` }, (all) => {
    const measured = all[MEASURED];
    attempt = measured?.attempt ?? "";
    return attempt !== "" && attempt !== before && measured?.verdict?.verdict === "Running";
  });
  return attempt;
};

/** The trial is about what was released: it begins anew. */
const inTrial = async (stage: Stage, manifests: Manifests): Promise<void> => {
  const first = await attemptOf(stage);
  await release(stage, manifests, [MEASURED, "2"]);
  await attemptOf(stage, first);
};

/** It takes the template as it was before the agent: the release is the same, and the agent comes back. */
const undone = async (stage: Stage, manifests: Manifests): Promise<void> => {
  await inThe(stage, MEASURED, "RollingOut");
  await rollout(stage, "undo", MEASURED);
  await settled(stage, "Instrumented");
  await nothingElseIsOurs(stage, manifests.releases);
};

/** The agent stays in while the trial is repeated; the release is taken back in the middle of that. */
const afterwards = async (stage: Stage, manifests: Manifests): Promise<void> => {
  const { releases } = manifests;
  await release(stage, manifests, [MEASURED, "3"]);
  await meet(
    stage,
    { what: "the trial being repeated in pods with the agent" },
    ({ orders }) => orders?.stage === "Trial" && orders.hash !== "",
  );
  await rollout(stage, "undo", MEASURED);
  manifests.releases = releases;
  await settled(stage, "Instrumented");
  await nothingElseIsOurs(stage, releases);
};

interface Pods {
  items: { status: { containerStatuses?: { state?: { waiting?: { reason?: string } } }[] } }[];
}

/** A release that does not start is the team's affair: what runs goes on running, and so does the migration once it is taken back. */
const broken = async (stage: Stage, { releases }: Manifests): Promise<void> => {
  const { tools, say } = stage;
  say("a release of packer whose image does not exist");
  await kubectl(tools, [
    ...IN_SHOP,
    "set",
    "image",
    "deployment/packer",
    "app=nowhere.example/x:1",
  ]);
  await until({ what: "a pod without its image", seconds: 120 }, async () => {
    const pods = await get<Pods>(tools, [...IN_SHOP, "pods", "-l", "app=packer"]);
    return pods?.items.some(({ status }) =>
      status.containerStatuses?.some(({ state }) => /Image/.test(state?.waiting?.reason ?? "")),
    );
  });
  await rollout(stage, "undo", "packer");
  await settled(stage, "Instrumented");
  await nothingElseIsOurs(stage, releases);
};

const play = async (stage: Stage): Promise<void> => {
  const manifests: Manifests = { releases: {} };
  await inPreflight(stage, manifests);
  await whileRollingOut(stage, manifests);
  await inTrial(stage, manifests);
  await undone(stage, manifests);
  await afterwards(stage, manifests);
  await broken(stage, manifests);
  await back(stage, ORDERS);
  await nothingIsOurs(stage, manifests.releases);
  await endMigration(stage, ORDERS);
};

export const userActs: Story = {
  name: "user-acts",
  promise:
    "whatever the team applies, restarts, releases or takes back meanwhile counts, and fails no request",
  patient: installOrders,
  play,
};
