/** Where the items go in: container, port and readiness path of the component. Pure. */
import { type Container, type DeploymentSpec, targetIn } from "../injection/pod.ts";
import type { Refused } from "./copy.ts";
import type { TrialSetting } from "./setting.ts";

export interface Door {
  container: string;
  port: number;
  path: string;
}

export const doorOf = ({
  spec,
  deployment,
}: Pick<TrialSetting, "spec" | "deployment">): Door | Refused => {
  if (!spec.trial.items)
    return refuse(
      "NoTrialItems",
      "name the k6 module with item() in trial.items, or set trial.skip",
    );
  const { template } = deployment.spec as DeploymentSpec;
  const container = targetIn(template.spec, spec.target.container)?.container;
  return (
    (container && probed(container)) ??
    refuse(
      "ReadinessNotHttp",
      `the trial needs a readinessProbe with httpGet and a known port on ${spec.target.name}, or set trial.skip`,
    )
  );
};

const probed = ({ name, readinessProbe, ports }: Container): Door | undefined => {
  const probe = readinessProbe?.httpGet;
  const port = probe && portOf(ports, probe.port);
  return port === undefined ? undefined : { container: name, port, path: probe?.path ?? "/" };
};

const refuse = (reason: string, message: string): Refused => ({ refused: { reason, message } });

const portOf = (ports: Container["ports"] = [], port: number | string): number | undefined => {
  const number = Number(port);
  return Number.isInteger(number) ? number : ports.find(({ name }) => name === port)?.containerPort;
};
