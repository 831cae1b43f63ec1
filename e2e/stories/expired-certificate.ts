/**
 * The webhook's certificate has expired while no operator was there to renew it: pods start all the same, plain; the operator that comes
 * back renews the certificate, and the plain pods are replaced.
 */
import { issue } from "../../operator/injection/certificates.ts";
import { INJECTED_ANNOTATION } from "../../operator/injection/names.ts";
import { PRODUCT } from "../kit/install.ts";
import { get, kubectl, type Tools } from "../kit/kubectl.ts";
import { installOrders, ORDERS } from "../kit/orders.ts";
import { backAsBefore, IN_SHOP, settled, shopMigration } from "../kit/shop.ts";
import { applyResource, endMigration, replicaSets, type Stage, type Story } from "../kit/story.ts";
import { until } from "../kit/wait.ts";

const IN_PRODUCT = ["-n", PRODUCT];
const CONTROLLER = `deployment/${PRODUCT}-controller`;
const WEBHOOK = `${PRODUCT}-webhook`;
const WEBHOOK_PODS = ["pods", "-l", "app.kubernetes.io/component=webhook"];

interface Pods {
  items: {
    metadata: { name: string; annotations?: Record<string, string>; deletionTimestamp?: string };
    status: { phase: string; conditions?: { type: string; status: string }[] };
  }[];
}

const podsOf = async (tools: Tools, args: string[]): Promise<Pods["items"]> => {
  const list = await get<Pods>(tools, args);
  return (list?.items ?? []).filter(({ metadata }) => !metadata.deletionTimestamp);
};

const isReady = ({ status }: Pods["items"][number]): boolean =>
  status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;

const encode = (text: string): string => Buffer.from(text).toString("base64");

const YEARS_AGO = 2 * 365 * 24 * 3_600_000;

/** Certificate and authority that were made long ago, everywhere. */
const expire = async ({ tools, say }: Stage): Promise<void> => {
  const names = [`${WEBHOOK}.${PRODUCT}.svc`, `${WEBHOOK}.${PRODUCT}.svc.cluster.local`];
  const old = await issue(names, new Date(Date.now() - YEARS_AGO));
  const data = {
    "ca.crt": encode(old.ca),
    "tls.crt": encode(old.certificate),
    "tls.key": encode(old.key),
  };
  await patch(tools, [...IN_PRODUCT, "patch", "secret", WEBHOOK], { data });
  const caBundle = [
    { op: "replace", path: "/webhooks/0/clientConfig/caBundle", value: encode(old.ca) },
  ];
  const configuration = ["mutatingwebhookconfiguration", WEBHOOK, "--type", "json"];
  await patch(tools, ["patch", ...configuration], caBundle);
  say("certificate and authority of the webhook have expired; its pods start anew");
  await kubectl(tools, [...IN_PRODUCT, "delete", ...WEBHOOK_PODS, "--grace-period=0", "--force"]);
};

const patch = (tools: Tools, args: string[], difference: object): Promise<string> =>
  kubectl(tools, [...args, "-p", JSON.stringify(difference)]);

const noWebhook = (tools: Tools): Promise<boolean> =>
  until({ what: "webhook pods that run and are not ready", seconds: 120 }, async () => {
    const pods = await podsOf(tools, [...IN_PRODUCT, ...WEBHOOK_PODS]);
    const run = pods.filter(({ status }) => status.phase === "Running");
    return run.length === 2 && !run.some(isReady);
  });

const ORDERS_PODS = [...IN_SHOP, "pods", "-l", "app=orders"];

const plain = async (tools: Tools): Promise<string[]> =>
  (await podsOf(tools, ORDERS_PODS))
    .filter((pod) => isReady(pod) && !(INJECTED_ANNOTATION in (pod.metadata.annotations ?? {})))
    .map(({ metadata }) => metadata.name);

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const before = await replicaSets(tools, ORDERS.namespace);
  await applyResource(tools, await shopMigration("Instrumented"));
  await settled(stage, "Instrumented");
  await kubectl(tools, [...IN_PRODUCT, "scale", CONTROLLER, "--replicas=0"]);
  await kubectl(tools, [...IN_PRODUCT, "rollout", "status", CONTROLLER, "--timeout=60s"]);
  await expire(stage);
  await noWebhook(tools);
  const [pod] = await podsOf(tools, ORDERS_PODS);
  await kubectl(tools, [...IN_SHOP, "delete", "pod", pod?.metadata.name ?? "", "--wait=false"]);
  const [started] = await until({ what: "a plain pod that serves", seconds: 60 }, async () => {
    const names = await plain(tools);
    return names.length > 0 && names;
  });
  say(`${started} started plain and serves; the operator comes back`);
  await kubectl(tools, [...IN_PRODUCT, "scale", CONTROLLER, "--replicas=1"]);
  await kubectl(
    tools,
    [...IN_PRODUCT, "rollout", "status", `deployment/${WEBHOOK}`, "--timeout=180s"],
    {
      seconds: 190,
    },
  );
  say("the webhook has a certificate that verifies");
  await until({ what: "no pod of orders being plain", seconds: 240, everyMs: 1000 }, async () => {
    const pods = await podsOf(tools, ORDERS_PODS);
    return pods.length === 2 && pods.every(isReady) && (await plain(tools)).length === 0;
  });
  await settled(stage, "Instrumented");
  await backAsBefore(stage, before);
  await endMigration(stage, ORDERS);
};

export const expiredCertificate: Story = {
  name: "expired-certificate",
  promise: "an expired certificate of the webhook stops no pod, and is renewed",
  patient: installOrders,
  play,
};
