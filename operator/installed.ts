/** `helm test`: asks about the installation until everything is as it should be, or a minute is over. Exit code 1 with what is not. */
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { kubernetesCluster } from "./cluster/kubernetes.ts";
import { openWire } from "./cluster/wire.ts";
import { type Doors, questions } from "./installation.ts";
import { settingsFrom, webhookNames } from "./settings.ts";

const PATIENCE_MS = 60_000;
const PAUSE_MS = 1000;

const post =
  (host: string): Doors["review"] =>
  (body, authority) =>
    new Promise((resolve, reject) => {
      const to = { host, path: "/mutate", method: "POST", ca: authority, timeout: 5000 };
      const sent = request(to, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.once("end", () => resolve(text));
      });
      sent.once("error", reject);
      sent.once("timeout", () => sent.destroy(new Error(`${host} did not answer in 5 s`)));
      sent.end(body);
    });

const doors = (): Doors => {
  const config = new KubeConfig();
  config.loadFromDefault();
  const wire = openWire(config);
  const settings = settingsFrom(process.env);
  const [host = ""] = webhookNames(settings);
  return { wire, cluster: kubernetesCluster(wire), settings, review: post(host) };
};

/** All is asked again while there is time: what has just been installed may not be there yet. */
const ask = async (at: Doors, until: number): Promise<boolean> => {
  const answers = await Promise.all(
    Object.entries(questions).map(async ([what, question]) => {
      const wrong = await question(at).catch((error: unknown) => String(error));
      return { wrong, line: wrong ? `FAILED  ${what}: ${wrong}` : `ok      ${what}` };
    }),
  );
  const isDone = answers.every(({ wrong }) => wrong === undefined);
  if (isDone || performance.now() > until) {
    for (const { line } of answers) console.log(line);
    return isDone;
  }
  await sleep(PAUSE_MS);
  return ask(at, until);
};

process.exitCode = (await ask(doors(), performance.now() + PATIENCE_MS)) ? 0 : 1;
