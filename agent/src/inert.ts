/** When the agent does nothing at all, and why. Checked before anything else, in words every Node can parse. */

export interface Surroundings {
  nodeVersion: string;
  mainThread: boolean;
  /** process.argv[1] */
  script: string | undefined;
  /** Command line flags of node itself, NODE_OPTIONS included. */
  flags: readonly string[];
  sdkDisabled: boolean;
  /** The API's global already has a tracer provider. */
  registered: boolean;
}

export interface Reason {
  message: string;
  /** Worth a line on stderr: a person would otherwise wonder where the telemetry is. */
  said: boolean;
}

const OLDEST = 18;
const WRAPPERS = /[\\/](npm-cli|npx-cli|npm|npx|yarn|yarnpkg|pnpm|pnpx|corepack)(\.(c|m)?js)?$/;
const OTHERS =
  /(^|[\s=/\\"'])(dd-trace|elastic-apm-node|newrelic|applicationinsights|@sentry\/|@opentelemetry\/(auto-instrumentations-node|sdk-node)|@splunk\/otel|@google-cloud\/trace-agent|appdynamics|@instana\/|@dynatrace\/)/;

/** Undefined when the agent should run. */
export const inertReason = (at: Surroundings): Reason | undefined =>
  tooOld(at) ?? notTheApplication(at) ?? unwanted(at);

function tooOld({ nodeVersion }: Surroundings): Reason | undefined {
  const major = Number(/^v?(\d+)\./.exec(nodeVersion)?.[1] ?? 0);
  if (major >= OLDEST) return undefined;
  return { message: `Node ${nodeVersion} is older than ${OLDEST}`, said: true };
}

function notTheApplication({ mainThread, script }: Surroundings): Reason | undefined {
  if (!mainThread) return { message: "worker thread", said: false };
  if (script === undefined || !WRAPPERS.test(script)) return undefined;
  return { message: "package manager, not the application", said: false };
}

function unwanted({ sdkDisabled, flags, registered }: Surroundings): Reason | undefined {
  if (sdkDisabled) return { message: "OTEL_SDK_DISABLED is set", said: true };
  const other = flags.find((flag) => OTHERS.test(flag));
  if (other !== undefined)
    return { message: `OtherInstrumentation: ${other.slice(0, 200)}`, said: true };
  if (registered)
    return { message: "OtherInstrumentation: a tracer is already registered", said: true };
  return undefined;
}
