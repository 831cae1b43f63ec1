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

export function inertReason(at: Surroundings): Reason | undefined {
  const major = Number(/^v?(\d+)\./.exec(at.nodeVersion)?.[1] ?? 0);
  if (major < OLDEST)
    return { message: `Node ${at.nodeVersion} is older than ${OLDEST}`, said: true };
  if (!at.mainThread) return { message: "worker thread", said: false };
  if (at.script !== undefined && WRAPPERS.test(at.script))
    return { message: "package manager, not the application", said: false };
  if (at.sdkDisabled) return { message: "OTEL_SDK_DISABLED is set", said: true };
  const other = at.flags.find((flag) => OTHERS.test(flag));
  if (other !== undefined)
    return { message: `OtherInstrumentation: ${other.slice(0, 200)}`, said: true };
  if (at.registered)
    return { message: "OtherInstrumentation: a tracer is already registered", said: true };
  return undefined;
}
