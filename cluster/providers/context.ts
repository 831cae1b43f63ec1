import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../run.ts";
import type { Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import type { Provider, UpReport } from "./provider.ts";

const kubeconfigPath = (settings: Settings, context: string): string =>
  join(settings.state, "contexts", `${context.replaceAll(/[^\w.-]/g, "_")}.kubeconfig`);

/** A kubeconfig of its own with that context current: the user's current context is never changed. */
const adopt = async (settings: Settings, context: string): Promise<UpReport> => {
  const view = ["config", "view", "--raw", "--minify", "--flatten", "--context", context];
  const text = await run("kubectl", view, { env: settings.env });
  const file = kubeconfigPath(settings, context);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode: 0o600 });
  await run("kubectl", ["--kubeconfig", file, "config", "use-context", context], {
    env: settings.env,
  });
  await run("kubectl", ["--kubeconfig", file, "get", "--raw", "/readyz"], {
    env: settings.env,
    seconds: 30,
  });
  return { provider: "context", readySeconds: 0, already: true };
};

const cannotLoad = (context: string): Trouble =>
  new Trouble(
    `images cannot be loaded into the existing cluster ${context}: push them to a registry it can pull from (npm run images -- --push REGISTRY), or use --provider direct`,
  );

/** A cluster that exists already; the user named it. We neither make nor remove it. */
export const contextProvider = (settings: Settings, context: string | undefined): Provider => {
  if (!context)
    throw new Trouble(
      "the provider context needs the name of the cluster: --context NAME (kubectl config get-contexts lists them)",
    );
  const file = kubeconfigPath(settings, context);
  return {
    name: "context",
    up: () => adopt(settings, context),
    down: () => {
      settings.say(`context: ${context} is not ours to remove, nothing done`);
      return Promise.resolve();
    },
    load: () => Promise.reject(cannotLoad(context)),
    kubeconfig: () => file,
    status: () => Promise.resolve({ up: existsSync(file), lines: [`kubeconfig: ${file}`] }),
  };
};
