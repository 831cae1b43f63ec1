/* oxlint-disable max-lines -- a table of sentences. */
/**
 * Every word that a person can meet as a reason: in conditions, components, `status.next`, verdicts and events. The source of
 * docs/reasons.md. Closed: reasons.test.ts fails for a word that is not here, and for one that nothing says any more.
 */

export interface Reason {
  /** What the operator sees, one sentence. */
  meaning: string;
  /** What the person does. */
  todo: string;
}

const NOTHING = "nothing: it goes on by itself";
const FINE = "nothing";
const RETRY =
  "`flashcard-otel retry NAME` or `kubectl annotate ft NAME flashcard-otel.dev/retry=$(date +%s) --overwrite`";
const RESUME =
  "`flashcard-otel resume NAME` or `kubectl annotate ft NAME flashcard-otel.dev/paused-`";
const AGAIN = `the same profile is tried again with fresh twins, up to three errors in all; then repair it and ${RETRY}`;
const REPAIR = `\`kubectl logs POD --previous\` and \`kubectl describe pod POD\`; repair it, then ${RETRY}`;

/** By the place where a person meets them. */
export const reasons: Record<string, Record<string, Reason>> = {
  "Phases and gates": {
    Invalid: {
      meaning: "The spec breaks a rule; the workloads are left as they are.",
      todo: "correct the fields that the message names",
    },
    Conflict: {
      meaning:
        "A workload of this resource, or a ConfigMap that it would switch, already belongs to an older one.",
      todo: "remove it from one of the two resources",
    },
    Observing: { meaning: "Evidence for the next phase is being gathered.", todo: NOTHING },
    WaitingForApproval: {
      meaning:
        "`spec.approval` is Manual, and nobody has approved the next step; nothing of it has been begun.",
      todo: "`flashcard-otel approve NAME`, or `kubectl annotate ft NAME flashcard-otel.dev/approve=HASH --overwrite` with `status.planHash`, or with the phase of the message",
    },
    MigrationPaused: {
      meaning: "The annotation `paused` holds everything that goes forward; the way back is open.",
      todo: RESUME,
    },
    Frozen: {
      meaning:
        "A window of `spec.freeze` holds everything that goes forward; the way back is open.",
      todo: "nothing: it goes on when the window ends",
    },
    ObjectiveBurning: {
      meaning:
        "The error budget of an objective in `spec.objectives` is burning fast; the way back is open.",
      todo: "end the incident (docs/runbooks.md, *ObjectiveBurnsFast*); it goes on by itself when the short windows are quiet again",
    },
    CannotAsk: {
      meaning: "Prometheus, Jaeger or the cluster does not answer a question of the next phase.",
      todo: "make the address in the message reachable, or correct it in `spec.legacy` or `spec.backends`; it is asked again by itself",
    },
    NotRestored: {
      meaning:
        "The resource is being deleted, or the operator uninstalled, and not everything could be restored before the deadline; the pods go on as they are.",
      todo: "restore by hand what the message names: see docs/operations.md, *When something cannot be restored*",
    },
    Settled: {
      meaning: "There is nothing to do now, or a phase was changed with this very look.",
      todo: "nothing; raise `spec.target` to go further",
    },
    TargetReached: {
      meaning: "The migration is where `spec.target` (or the hold annotation) wants it.",
      todo: "nothing; raise `spec.target` to go further",
    },
    Progressing: { meaning: "No component needs a person.", todo: NOTHING },
    AlongsideReached: {
      meaning: "The new backends are ready and have shown a trace, a metric and a log record.",
      todo: NOTHING,
    },
    InstrumentedReached: {
      meaning: "Every component carries the agent, or is Skipped.",
      todo: NOTHING,
    },
    ValidatedReached: {
      meaning: "Old and new metrics agree, traces are complete, logs are correlated.",
      todo: NOTHING,
    },
    SwitchedReached: { meaning: "Rules and dashboards read the new series.", todo: NOTHING },
    RetiredReached: { meaning: "The legacy emitters are off.", todo: FINE },
    BackAtLegacy: { meaning: "The migration is back at legacy monitoring only.", todo: FINE },
    BackAtAlongside: {
      meaning:
        "The migration is back at Alongside: the target was lowered, or a component lost its agent.",
      todo: "unless you lowered the target, see which component is TakingBack, TakenBack or Held",
    },
    BackAtInstrumented: {
      meaning: "The target was lowered, and the switch is undone.",
      todo: FINE,
    },
    BackAtValidated: {
      meaning: "The target was lowered; rules and dashboards go back to the old series.",
      todo: NOTHING,
    },
    BackAtSwitched: {
      meaning: "The target was lowered; the legacy emitters go on again.",
      todo: NOTHING,
    },
  },
  "Backends and baseline": {
    BackendsStarting: {
      meaning: "A backend that the operator has put into the namespace is not ready yet.",
      todo: "nothing; if it stays, `kubectl describe pod` of the one in the message",
    },
    ConfigurationUnchecked: {
      meaning: "The collector's own `validate` is checking its configuration.",
      todo: NOTHING,
    },
    ConfigurationInvalid: {
      meaning:
        "The collector refuses its configuration; the message ends with its words. Collectors that run keep the one they have.",
      todo: "correct `spec.backends`",
    },
    BackendsReady: {
      meaning: "All managed backends are ready, with an accepted configuration.",
      todo: FINE,
    },
    CollectorUnreachable: {
      meaning: "The test signals cannot be sent to the collector.",
      todo: "let the operator's namespace reach it (NetworkPolicy), or correct `spec.backends.collector.externalEndpoint`",
    },
    SignalsMissing: {
      meaning: "The test signals were sent, and one of them has not been found.",
      todo: "nothing in the first minute; then see whether the collector reaches the store that the message names",
    },
    SignalsFound: {
      meaning:
        "The test trace and metric were found, and the log record where the collector's output can be read.",
      todo: FINE,
    },
    NoLegacyNamed: {
      meaning: "There is no baseline, because `spec.legacy` or `spec.parity` is absent.",
      todo: "name both to go beyond Instrumented",
    },
    LegacySilent: {
      meaning: "The old Prometheus has none of the parity map's series.",
      todo: "see that it scrapes the components and that there is traffic; correct the map's `legacy` selectors",
    },
    BaselineRecorded: {
      meaning: "The old Prometheus has series of the parity map.",
      todo: FINE,
    },
  },
  Components: {
    Waiting: {
      meaning: "The component is plain, and starts from the beginning when its turn comes.",
      todo: NOTHING,
    },
    Plain: { meaning: "The component carries no agent.", todo: NOTHING },
    Queued: {
      meaning: "Another component before this one is not done yet, or the migration is paused.",
      todo: `nothing; if it is paused, ${RESUME}`,
    },
    Preflight: {
      meaning: "The workload is looked at before anything is done to it.",
      todo: NOTHING,
    },
    Started: { meaning: "It is being checked that a rollout is safe.", todo: NOTHING },
    Instrumented: {
      meaning: "The component carries the agent, and its telemetry arrives.",
      todo: FINE,
    },
    Proven: {
      meaning:
        "Telemetry of the new pods arrives, and the verdict is about the present pod template.",
      todo: FINE,
    },
    Stale: {
      meaning:
        "A release of the workload, or a new agent, came after the verdict, which does not speak for it.",
      todo: "nothing: the trial is repeated while the agent stays in; with `spec.revalidate: Never` it stays stale",
    },
    AgentChanged: {
      meaning:
        "The agent or its configuration has changed, and the pods are renewed, guarded as before.",
      todo: NOTHING,
    },
    LegacySwitch: {
      meaning: "The pods restart with the legacy emitter turned off, or on again.",
      todo: NOTHING,
    },
    Retreat: {
      meaning: "The agent is being removed because the target was lowered.",
      todo: NOTHING,
    },
    Unlisted: {
      meaning:
        "The component was taken off `spec.components`, or has another target now: the agent is being removed from the workload it had.",
      todo: NOTHING,
    },
    TakingBack: {
      meaning: "The agent is being removed from the pods.",
      todo: "nothing yet; unless you lowered the target, read the reason in the event's note",
    },
    TakenBack: {
      meaning: "The agent was removed because something was not safe; the component stays plain.",
      todo: `repair what the reason names; the component starts again when spec or pod template changes, or with ${RETRY}`,
    },
    Held: {
      meaning: "No trial has proven a profile; the component stays plain.",
      todo: `read \`status.components[].verdicts\`; raise \`spec.budget.cpuPercent\`, set \`onFailure: Skip\` or \`trial.skip: true\`, or ${RETRY}`,
    },
    Skipped: {
      meaning:
        "As event: no profile was proven and `onFailure: Skip` leaves the component out. As verdict: `trial.skip` is set and nothing was measured.",
      todo: "nothing; `onFailure: Hold`, or `trial.skip: false`, if that is not wanted",
    },
    AcceptedUnmeasured: {
      meaning: "As verdict: the component is a CronJob and `trial.acceptUnmeasured` is set.",
      todo: "nothing: nothing is proven about the cost, and OverheadProven stays False",
    },
  },
  "Preflight refusals": {
    WorkloadMissing: {
      meaning: "The Deployment of `target.name` does not exist in this namespace.",
      todo: "create it, or correct `target.name`",
    },
    ContainerAmbiguous: {
      meaning: "The pod template has several containers and none is named.",
      todo: "name the one that runs Node in `target.container`",
    },
    ContainerMissing: {
      meaning: "The pod template has no container of the name that is asked for.",
      todo: "correct `target.container`",
    },
    Paused: {
      meaning: "The Deployment is paused.",
      todo: "`kubectl rollout resume deployment/NAME`",
    },
    ScaledToZero: {
      meaning: "The workload has no replicas, so nothing can be proven.",
      todo: "`kubectl scale KIND/NAME --replicas=2`",
    },
    OnDelete: {
      meaning: "The StatefulSet renews pods only when somebody deletes them.",
      todo: "set `updateStrategy.type: RollingUpdate` in the StatefulSet",
    },
    PartitionSet: {
      meaning: "The StatefulSet has a partition of its user's, so a rollout is under way.",
      todo: "finish it and set `updateStrategy.rollingUpdate.partition: 0`",
    },
    Suspended: {
      meaning: "The CronJob is suspended, so no run would prove anything.",
      todo: "set `suspend: false`, or remove the component from the list",
    },
    NotMeasured: {
      meaning: "No two runs of a CronJob can be compared, so nothing can be proven about the cost.",
      todo: "set `trial.acceptUnmeasured: true` to take the agent after one good run",
    },
    NotGuarded: {
      meaning:
        "No signal of the component is named, so a rollout that makes it slower or fail more would not be noticed.",
      todo: "name PromQL expressions in the component's `signals`, or accept it with `rollout.acceptNotGuarded: true`",
    },
    Recreate: {
      meaning: "The Deployment stops all pods before it starts new ones.",
      todo: "set `strategy.type: RollingUpdate` in the Deployment",
    },
    NoneStaysAvailable: {
      meaning:
        "The rolling update may stop all pods at once, at the fewest replicas the autoscaler allows; of a StatefulSet it always stops one.",
      todo: "set `maxUnavailable: 0` in the Deployment, or raise replicas",
    },
    NoReadinessProbe: {
      meaning:
        "The container has no readiness probe, so traffic would reach pods that have not started.",
      todo: "add a `readinessProbe`",
    },
    ReadinessNotHttp: {
      meaning: "The trial needs a readiness probe over HTTP with a known port, and there is none.",
      todo: "make it an `httpGet` whose port is a number or a named port of the container, or set `trial.skip: true`",
    },
    ProgressDeadlineTooShort: {
      meaning: "`progressDeadlineSeconds` is shorter than soaking and starting take.",
      todo: "raise it in the Deployment, or lower `rollout.soakSeconds`",
    },
    MinReadySecondsTooShort: {
      meaning:
        "The Deployment has a `minReadySeconds` of its own that is below `rollout.soakSeconds`.",
      todo: "raise the one or lower the other",
    },
    FirstShareTooLarge: {
      meaning:
        "The first step of the rollout would change more pods than `rollout.maxFirstShare` allows.",
      todo: "raise replicas, lower `maxSurge`, or raise `rollout.maxFirstShare`",
    },
    DisabledByUser: {
      meaning: "`OTEL_SDK_DISABLED=true` is set in the container.",
      todo: "remove it, or remove the component from `spec.components`",
    },
    MemoryLimitTooLow: {
      meaning: "The container's memory limit is below 64Mi.",
      todo: "raise `resources.limits.memory`",
    },
    NoDisruptionAllowed: {
      meaning: "A PodDisruptionBudget of the workload allows no disruption now.",
      todo: "let it allow at least one pod, or wait until its pods are healthy",
    },
    Unhealthy: {
      meaning: "Pods of the workload are not available, or crash, before anything is done to it.",
      todo: "repair the workload first",
    },
    RolloutInProgress: {
      meaning: "A rollout of the workload is under way.",
      todo: "nothing: its end is waited for",
    },
    ExternalCalls: {
      meaning:
        "Items of the trial may call hosts outside the cluster, and nothing says that they may.",
      todo: "point the variables of the message elsewhere with `trial.env`, or set `trial.allowExternalCalls: true`",
    },
    NoTrialItems: {
      meaning: "There is nothing to drive the trial with.",
      todo: "name a ConfigMap with `item.js` in `trial.items.configMap`, or set `trial.skip: true`",
    },
    VolumeNotCopied: {
      meaning: "A volume belongs to the running pods, and a twin must not use it.",
      todo: "keep the data elsewhere, or set `trial.skip: true`",
    },
    InitContainers: {
      meaning: "The pod has init containers, which are not run for twins.",
      todo: "set `trial.skip: true`",
    },
    HostNamespaces: {
      meaning: "The pod uses the host's network, processes or IPC, and a twin cannot beside it.",
      todo: "set `trial.skip: true`",
    },
    PodRefused: {
      meaning: "The API server refuses the injected pod in a dry run.",
      todo: "correct the quota, policy or webhook that the message names",
    },
    WebhookSilent: {
      meaning:
        "A pod sent as a dry run comes back without the agent: the injection webhook does not answer.",
      todo: "nothing; if it stays, `kubectl -n flashcard-otel get pods` and `kubectl get mutatingwebhookconfigurations`",
    },
  },
  "Injection skips": {
    NotAsked: { meaning: "The pod has no annotation that asks for the agent.", todo: FINE },
    BadAnnotation: {
      meaning: "The annotation that asks for the agent is not of the form the operator writes.",
      todo: "remove it from the pod template; the operator writes its own",
    },
    AlreadyInjected: { meaning: "The pod already carries what is asked for.", todo: FINE },
    InjectedDifferently: {
      meaning:
        "The pod carries another configuration of the agent: it is a copy of an injected pod.",
      todo: "remove the annotation that the message names, and what belongs to it, from the pod template",
    },
    MirrorPod: {
      meaning: "The pod is static, and static pods are not changed.",
      todo: "remove the component from `spec.components`",
    },
    WindowsPod: {
      meaning: "The pod runs on Windows.",
      todo: "remove the component from `spec.components`",
    },
    HostNetwork: {
      meaning: "The pod is on the host's network and cannot resolve the collector's Service.",
      todo: "set `dnsPolicy: ClusterFirstWithHostNet` in the pod template",
    },
    NameClash: {
      meaning: "The pod already uses a name, path or variable that is reserved for the agent.",
      todo: "rename what the message names: `flashcard-otel*` and `FLASHCARD_OTEL_*` are reserved",
    },
    NodeOptionsFromSource: {
      meaning:
        "`NODE_OPTIONS` comes from a ConfigMap, Secret or field, which the webhook cannot extend.",
      todo: "write it into the pod template as a `value`",
    },
    NodeOptionsUnknown: {
      meaning: "An `envFrom` source may hold a `NODE_OPTIONS` that ours would hide.",
      todo: "add `NODE_OPTIONS` to `env`, with the value that the source or the image has; empty if neither has one",
    },
    RestrictedRuntime: {
      meaning: "Node runs with a flag under which no agent can be loaded.",
      todo: "remove the flag that the message names, or remove the component from `spec.components`",
    },
    OtherAgent: {
      meaning: "Another agent instruments this container.",
      todo: "remove it, or remove the component from `spec.components`",
    },
  },
  Rollout: {
    RollingOut: {
      meaning: "The workload's own rolling update replaces the pods.",
      todo: NOTHING,
    },
    WaitingForRun: {
      meaning: "A CronJob has the agent with its next run, which must end with exit code 0.",
      todo: "nothing; `kubectl create job --from=cronjob/NAME NAME-now` makes it due now",
    },
    NotInjected: {
      meaning: "Pods have slipped past the webhook and started plain; they are being replaced.",
      todo: NOTHING,
    },
    Soaking: {
      meaning: "All pods are replaced; they are watched until their telemetry arrives.",
      todo: NOTHING,
    },
    RolledOut: { meaning: "All pods are replaced; their telemetry is waited for.", todo: NOTHING },
    WaitingForTelemetry: { meaning: "There is no telemetry of the new pods yet.", todo: NOTHING },
    NoTelemetry: {
      meaning: "The new pods have sent no telemetry for 120 s, so the agent is taken back.",
      todo: `let the pods reach the collector (NetworkPolicy); remove \`OTEL_EXPORTER_OTLP_ENDPOINT\` from them; a Prometheus of your own must promote \`k8s.pod.name\` (docs/operations.md); then ${RETRY}`,
    },
    RolloutTimedOut: {
      meaning:
        "The rollout is not complete after ten minutes and the soak of every pod, so the agent is taken back.",
      todo: `see why pods are not replaced (quota, nodes, probes), then ${RETRY}`,
    },
    RequestsFailed: {
      meaning:
        "In a rollout: the pulse has counted more failures than before, so the agent is taken back. In a trial: an item failed, so the profile has failed.",
      todo: `read the failure in the message; if it is not the agent's doing, repair it, or raise \`spec.pulse.expectFailures\`, then ${RETRY}`,
    },
    CrashLoop: {
      meaning:
        "An injected pod crashes again and again and plain ones do not, so the agent is taken back.",
      todo: REPAIR,
    },
    RunFailed: {
      meaning:
        "The first run of a CronJob with the agent failed and the one before it did not, so the agent is taken back.",
      todo: `\`kubectl logs job/JOB\`; repair it, then ${RETRY}`,
    },
    Restarted: {
      meaning:
        "A container of an injected pod has restarted soon after its start and plain ones have not, so the agent is taken back.",
      todo: REPAIR,
    },
    ImageNotPulled: {
      meaning:
        "In a rollout of the agent an image of an injected pod cannot be pulled, so the agent is taken back. Once a component is Instrumented, only the image that profile Full brings counts.",
      todo: `make the image available (profile Full needs the operator's image on every node), then ${RETRY}`,
    },
    NotStarted: {
      meaning:
        "An injected pod has not started after 60 s and plain ones have, so the agent is taken back.",
      todo: `\`kubectl describe pod POD\`; repair it, then ${RETRY}`,
    },
    BecameUnready: {
      meaning:
        "An injected pod was ready, and has not been for 30 s while plain ones are, so the agent is taken back.",
      todo: REPAIR,
    },
    Regression: {
      meaning:
        "A signal of the new pods is worse than that of the old ones beside them by more than it tolerates, so the agent is taken back.",
      todo: `see the numbers and last words in the ConfigMap that the event names; repair it, or correct the tolerance in \`signals\`, then ${RETRY}`,
    },
    NotReady: {
      meaning:
        "An injected pod was never ready in its first 60 s and plain ones were, so the agent is taken back.",
      todo: REPAIR,
    },
  },
  "Trial and verdict": {
    Trial: {
      meaning: "The component's agent is being measured on two throw-away twins.",
      todo: NOTHING,
    },
    TrialStarted: { meaning: "The trial of a profile begins.", todo: NOTHING },
    TwinRefused: {
      meaning:
        "The API server refuses a twin: a quota, a limit range, or an admission policy of yours.",
      todo: "make room for two more pods like the running ones, or let the policy pass them; it goes on by itself",
    },
    TwinsStarting: { meaning: "The twins are being created or warmed up.", todo: NOTHING },
    NodeBusy: {
      meaning:
        "Another trial measures on the node that this one was put on, and two would disturb each other; this one has no twins meanwhile, and none of its minutes pass.",
      todo: "nothing: it goes on when the trial that the message names has ended, and `kubectl -n flashcard-otel get leases` shows who has which node",
    },
    Calibrating: {
      meaning: "Off is being compared with off, to learn how precisely this place measures.",
      todo: NOTHING,
    },
    Measuring: {
      meaning: "On is being compared with off, and the numbers have not decided yet.",
      todo: NOTHING,
    },
    AwaitingControl: {
      meaning: "The numbers have passed; the spans that arrived are still to be counted.",
      todo: NOTHING,
    },
    TemplateChanged: {
      meaning: "The workload was released during its trial, and the component starts again.",
      todo: NOTHING,
    },
    TrialPassed: {
      meaning: "The profile stays within the budget, and its rollout begins.",
      todo: NOTHING,
    },
    TrialSkipped: {
      meaning: "The rollout begins without a trial, because `trial.skip` is set.",
      todo: "nothing; set `trial.skip: false` to have it measured",
    },
    TrialFailed: {
      meaning:
        "The profile is not within the budget; the next poorer one follows, if `profile` is Auto.",
      todo: "nothing, unless the component becomes Held",
    },
    TrialInconclusive: {
      meaning:
        "The trial could not decide; the next profile follows, or none with `onInconclusive: Hold`.",
      todo: "nothing, unless the component becomes Held",
    },
    TrialError: {
      meaning: "The trial could not be carried out, and says nothing about the profile.",
      todo: AGAIN,
    },
    TrialNotMeasured: {
      meaning: "The profile was taken, or passed over, without a measurement.",
      todo: "nothing, unless the component becomes Held",
    },
    NotProven: {
      meaning: "No profile is left that could be proven.",
      todo: `read \`status.components[].verdicts\`; raise \`spec.budget.cpuPercent\`, or set \`trial.skip: true\`, or ${RETRY}`,
    },
    NotMeasuredYet: { meaning: "Not every component has a verdict.", todo: NOTHING },
    WithinBudget: {
      meaning: "What the agent costs per item is below `spec.budget.cpuPercent`.",
      todo: FINE,
    },
    BudgetExceeded: {
      meaning: "What the agent costs per item is above `spec.budget.cpuPercent`.",
      todo: "with profile Auto the next one is tried by itself; else choose a poorer `profile`, or raise `spec.budget.cpuPercent`",
    },
    GuardExceeded: {
      meaning:
        "The injected twin as a whole uses far more CPU than the plain one, beyond `spec.budget.guardPercent`.",
      todo: "with profile Auto the next one is tried by itself; else choose a poorer `profile`, or raise `spec.budget.guardPercent`",
    },
    WithinGuard: {
      meaning:
        "What the agent costs as a whole is below `spec.budget.guardPercent`, in fresh pairs of twins.",
      todo: FINE,
    },
    GuardUndecided: {
      meaning:
        "The pairs of fresh twins are used up, and the whole cost is neither above nor below the guard.",
      todo: "measure on a quieter node, or choose a guard farther from the estimate",
    },
    MoreErrors: {
      meaning: "Items that were on failed more often than items that were off.",
      todo: "with profile Auto the next one is tried by itself; else choose a poorer `profile`",
    },
    TailExceeded: {
      meaning:
        "Items that were on were slow more often than items that were off, by more than `spec.budget.tailPercent`.",
      todo: "with profile Auto the next one is tried by itself; else choose a poorer `profile`, or raise `spec.budget.tailPercent`",
    },
    BudgetUndecided: {
      meaning:
        "The items are used up, or would not suffice, and the cost is neither above nor below the budget.",
      todo: "raise `trial.maxItems`, measure on a quieter node, or choose a budget farther from the estimate",
    },
    OutOfTime: {
      meaning: "The trial is undecided after `spec.budget.maxMinutes`.",
      todo: "raise `spec.budget.maxMinutes`, or measure on a quieter node",
    },
    KnownCost: {
      meaning: "The profile is not tried, because its known cost is ten times the budget or more.",
      todo: "nothing; to take it all the same, name it in `profile` with `trial.skip: true`",
    },
    NotToggled: {
      meaning:
        "Auto does not try the profile: the stock SDK cannot be switched per item, and fresh pairs of twins take long.",
      todo: "nothing; name it in `profile` to have it measured by fresh pairs, with `trial.skip: true` to take it unproven",
    },
    FirstPair: {
      meaning:
        "What an item costs is within the budget; fresh pairs of twins show what the whole agent costs.",
      todo: NOTHING,
    },
    FirstStepOnly: {
      meaning:
        "The pairs of fresh twins have decided nothing, so only the first step of the rollout goes.",
      todo: NOTHING,
    },
    FirstStepTaken: {
      meaning:
        "The first pods carry the agent beside the others, and more pairs decide whether the others follow.",
      todo: "nothing; a release of yours in the meantime ends it",
    },
    NextPair: { meaning: "A fresh pair of twins is measured, the next one begins.", todo: NOTHING },
    TwinsNotReady: {
      meaning: "The twins are not ready after 120 s.",
      todo: `see that a copy of the pod becomes ready beside the running ones (room on the node, \`trial.env\`); ${AGAIN}`,
    },
    LoadLost: {
      meaning:
        "The pod of the load was deleted or evicted, or its node was lost, before the trial had ended.",
      todo: `see what took it (\`kubectl get events\`), and keep the node still for the trial; ${AGAIN}`,
    },
    LoadToolFailed: {
      meaning: "k6 ended with an error of its own.",
      todo: `run \`item.js\` of \`trial.items\` with k6 by hand; ${AGAIN}`,
    },
    EvidenceRefused: {
      meaning: "The API server refuses the record of the trial, by a quota, a policy or its size.",
      todo: `make room for a ConfigMap of 1 MiB, or lower \`trial.maxItems\`; ${AGAIN}`,
    },
    Aborted: {
      meaning: "The load gave up; the message says why.",
      todo: `correct what the message names, often \`item.js\`; ${AGAIN}`,
    },
    EvidenceDamaged: {
      meaning: "A line of the evidence is missing or not what it should be.",
      todo: `see that \`item.js\` prints no lines that begin with \`{"v":\`; ${AGAIN}`,
    },
    PlanChanged: { meaning: "The budget was changed while the trial ran.", todo: AGAIN },
    ItemsFail: {
      meaning: "More than a tenth of the items failed although nothing was on.",
      todo: `correct \`item.js\` or \`trial.env\`, so that items succeed on a plain twin; ${AGAIN}`,
    },
    CannotMeasure: {
      meaning: "The meter saw no CPU, or less than before, for items that were served.",
      todo: `see that the items reach the application's own process; ${AGAIN}`,
    },
    NotCalibrated: {
      meaning: "Too few blocks of off against off were planned.",
      todo: "report it: the operator always plans enough",
    },
    EnvironmentBiased: {
      meaning: "Off differs from off where nothing differs: this place cannot measure.",
      todo: `let nothing else be busy on the node; ${AGAIN}`,
    },
    UnequalHistories: {
      meaning: "The twins had not served equally many items before they were compared.",
      todo: AGAIN,
    },
    NoSpans: {
      meaning:
        "Spans of fewer items arrived from the injected twin than were on; with profile Sampled, of none.",
      todo: `see that the agent starts in this image (log of the injected twin) and that items arrive as HTTP requests; ${AGAIN}`,
    },
    NoMetrics: {
      meaning: "No metrics arrived from the injected twin.",
      todo: `see that the agent starts in this image (log of the injected twin); ${AGAIN}`,
    },
    SpansOfMutedItems: {
      meaning: "Items that were off have sent spans all the same.",
      todo: `see that \`item.js\` sends the \`headers\` it is given; ${AGAIN}`,
    },
    SpansOfUnknownItems: {
      meaning: "More traces arrived than items were on.",
      todo: `see that \`item.js\` sends the \`headers\` it is given and that nobody else reaches the twins; ${AGAIN}`,
    },
    NoControl: {
      meaning: "The load ended without counting the spans that arrived, so a pass does not count.",
      todo: AGAIN,
    },
  },
  Pulse: {
    NoPulse: {
      meaning: "`spec.pulse` is absent, so nothing is known about failed requests.",
      todo: "name a script in `spec.pulse.script.configMap`",
    },
    PulseStarting: {
      meaning: "The pulse has not reported yet.",
      todo: "nothing; if it stays, read the log of the pulse's pod",
    },
    PulseRunning: { meaning: "The pulse counts what was sent and what failed.", todo: FINE },
  },
  "Parity, traces and logs": {
    NotComparedYet: {
      meaning: "No window has been compared.",
      todo: "nothing; raise `spec.target` to Validated to have it compared",
    },
    MatchesOrExceeds: {
      meaning: "No row of the parity map differs or lacks evidence.",
      todo: FINE,
    },
    Differs: {
      meaning: "Rows of the parity map differ, or have no evidence.",
      todo: "`kubectl get ft NAME -o jsonpath={.status.parity.rows}`; correct the map or the instrumentation",
    },
    WaitingForWindow: {
      meaning: "A full window without a restarted pod has not passed yet.",
      todo: "nothing; `spec.parity.windowSeconds` says how long",
    },
    MetricsAgree: {
      meaning: "Every row of the parity map agrees over the last window.",
      todo: FINE,
    },
    MetricsDiffer: {
      meaning:
        "A row of the parity map differs, or has no evidence, in the last window; or spans do not explain what a counter counts.",
      todo: "see that there is traffic; correct the row in `parity.yaml` (selectors, `unitFactor`, `tolerancePercent`, or `dropped` with the reason); where the message names a governor, raise `spec.budget.cpuPercent` or set `spec.budget.enforce: false`; it is compared again by itself",
    },
    NoLegacyPrometheus: {
      meaning: "The address of the old Prometheus is not known.",
      todo: "set `spec.legacy.prometheus.url`",
    },
    NoParityMap: {
      meaning: "There is no parity map, so nothing shows that no number is lost.",
      todo: "name a ConfigMap with `parity.yaml` in `spec.parity.map.configMap`",
    },
    ParityMapMissing: {
      meaning: "The ConfigMap of the parity map, or its key `parity.yaml`, does not exist.",
      todo: "create it, or correct `spec.parity.map.configMap`",
    },
    ParityMapInvalid: {
      meaning: "The parity map breaks a rule.",
      todo: "correct what the message names in `parity.yaml`",
    },
    TracesComplete: {
      meaning:
        "Every component is in traces, with its entry, its parents, its clock and its attributes.",
      todo: FINE,
    },
    TracesIncomplete: {
      meaning:
        "A component is in no trace or stands alone, or its spans have lost their parents, have a clock that is off, attributes that nobody wrote down, or names without end.",
      todo: "see that there is traffic through it, and that the service before it passes `traceparent` on; set the clock of its node; write an attribute of yours into `attributes` of `parity.yaml`",
    },
    NoTracesExpected: { meaning: "No component's profile records traces.", todo: FINE },
    LogsCorrelated: {
      meaning: "What components log carries ids of traces that exist, or they write no JSON.",
      todo: FINE,
    },
    LogsUncorrelated: {
      meaning: "JSON records of a component carry no trace id, or ids of traces that do not exist.",
      todo: "log inside requests with a logger that the agent knows (pino), as JSON; keep traces in the store for longer",
    },
  },
  "Switch and retire": {
    NothingToSwitch: { meaning: "`spec.alerts` and `spec.dashboards` name nothing.", todo: FINE },
    LoadSilently: { meaning: "Next, the new rules are loaded, routed to nobody.", todo: NOTHING },
    SeeEvaluated: {
      meaning: "Next, it is written down since when the new rules are evaluated without an error.",
      todo: NOTHING,
    },
    RouteNew: { meaning: "Next, the new alerts are routed.", todo: NOTHING },
    ShowNew: { meaning: "Next, the new dashboards are shown.", todo: NOTHING },
    HideOld: { meaning: "Next, the old dashboards are hidden.", todo: NOTHING },
    KeepOldRules: { meaning: "Next, a copy of the old rules is kept.", todo: NOTHING },
    RemoveOldRules: { meaning: "Next, the old rules are emptied.", todo: NOTHING },
    EverythingSwitched: { meaning: "Rules and dashboards read the new series.", todo: FINE },
    SwitchingBack: {
      meaning:
        "Rules and dashboards go back to the old series; the message says what is undone next.",
      todo: NOTHING,
    },
    NotSwitched: { meaning: "Rules and dashboards read the old series.", todo: FINE },
    ConfigMapMissing: {
      meaning: "A ConfigMap of `spec.alerts` or `spec.dashboards` does not exist.",
      todo: "create the one that the message names, or correct its name",
    },
    FilesUnreadable: {
      meaning: "A rule file or dashboard cannot be read.",
      todo: "correct the file that the message names: rules are YAML, dashboards are JSON",
    },
    FilesFixed: {
      meaning: "The ConfigMap of the old rules is immutable, so they could not be taken out.",
      todo: "create it anew without `immutable: true`",
    },
    RulesNotLoaded: {
      meaning: "The new Prometheus does not show all new rules yet.",
      todo: "nothing; an external one must load the ConfigMap that the operator writes",
    },
    RuleBroken: {
      meaning: "The evaluation of a new rule fails.",
      todo: "correct the rule in the ConfigMap of `spec.alerts.otel`",
    },
    RulesNotEvaluated: { meaning: "A new rule has not been evaluated yet.", todo: NOTHING },
    RulesTooYoung: {
      meaning:
        "The new rules have not been watched for their longest `for:` and two evaluations yet.",
      todo: NOTHING,
    },
    LegacyAlertActive: {
      meaning: "An old alert is pending or firing; nobody switches in the middle of an incident.",
      todo: "resolve the alert",
    },
    AlertsDisagree: {
      meaning: "A new alert is pending or firing while the old ones are quiet.",
      todo: "correct the rule in the ConfigMap of `spec.alerts.otel`, or see what it has found",
    },
    SeriesMissing: {
      meaning:
        "A new rule reads a series that the new Prometheus does not have, and the old rule of the same name is not as blind.",
      todo: "correct the rule, or see that the component sends the series",
    },
    PanelsEmpty: {
      meaning:
        "A query of the new dashboards returns nothing where the old one does, or all of them return nothing.",
      todo: "correct the query in the ConfigMap of `spec.dashboards.otel`",
    },
    PanelsDisagree: {
      meaning:
        "A panel of the new dashboards shows another value than the old one of the same title.",
      todo: "correct its query (unit, aggregation) in the ConfigMap of `spec.dashboards.otel`",
    },
    StillRead: {
      meaning: "A dashboard or rule still reads a legacy series, so the emitters stay on.",
      todo: "change or remove the reader that the message names",
    },
    NoReaders: { meaning: "No dashboard or rule reads a legacy series.", todo: FINE },
    NothingNamed: {
      meaning:
        "No parity map, old dashboard or old rule names a legacy series, so nothing can be reading one.",
      todo: FINE,
    },
  },
};
