/**
 * Every difference between the two profiles that we accept, with a reason to judge it by. The reference implementation is not
 * always right: where it leaves the stable conventions, the reason says so. A row that no longer occurs is an error.
 */
export interface Accepted {
  subject: "span" | "metric" | "answer" | "stderr";
  name?: RegExp;
  /** OTLP's kind of a span. */
  kind?: number;
  /** Of a span without a parent in this process. */
  root?: true;
  /** Attributes that the span or the point has. */
  having?: Record<string, string | number>;
  /** What of it; empty for the whole, whose children then belong to its parent. */
  field: string | RegExp;
  /** Only this side has it; without it both have it and it differs. */
  only?: "full" | "lean";
  cases?: RegExp;
  reason: string;
}

const INTERNAL = 1;
const SERVER = 2;
const CLIENT = 3;

const EACH_COSTS =
  "recommended only; each would be one more string to read and encode with every request, and the list is closed";
const PRIVATE = "queries and texts carry keys and personal data more often than meaning";
const NO_ANSWER =
  "no answer was sent, so there is no status; full reads the 200 that Node would have sent";
const SAYS_ABORTED = "full leaves requests that broke off unmarked; lean gives them an error.type";
const LOW_CARDINALITY =
  "full takes the name of the error class, or a number; the code says what happened, and the convention asks for that";

const BROKEN_OFF =
  /^(aborts\/(clientAborts|serverDestroys)|http\/http(Dropped|Timeout|Aborted)|fetch\/fetch(Dropped|Aborted))/;
const BEFORE_AN_ANSWER =
  /^(aborts\/(clientAborts(Before|Its)|serverDestroys)|http\/http(Dropped|Timeout)|fetch\/fetch(Dropped|AbortedBefore))/;
const NO_ROUTE =
  "where no route matched, full takes the place of the router for one; the convention has http.route for a matched route only";
const EXPRESS = /^frameworks\/express/;

const servers: Accepted[] = [
  {
    subject: "span",
    kind: SERVER,
    field:
      /^attribute (client\.address|user_agent\.original|network\.(peer\.(address|port)|protocol\.version))$/,
    only: "full",
    reason: EACH_COSTS,
  },
  {
    subject: "span",
    kind: SERVER,
    field: "attribute server.address",
    only: "full",
    reason:
      "taken from the Host header, which any caller can set; the resource says whose server it is",
  },
  {
    subject: "span",
    kind: SERVER,
    field: "attribute server.port",
    reason: "full reads it from the Host header, lean from the socket that the request came in by",
  },
  {
    subject: "span",
    kind: SERVER,
    field: "attribute url.query",
    only: "full",
    reason: PRIVATE,
  },
  {
    subject: "span",
    kind: SERVER,
    field: "attribute url.path",
    cases: /^server\/queryStrings/,
    reason: "`OPTIONS *` has no path; full makes one up",
  },
  {
    subject: "span",
    kind: SERVER,
    field: "name",
    cases: /^server\/unusualMethods/,
    reason: "the convention names spans of unknown methods `HTTP`, since anybody can send any word",
  },
  {
    subject: "span",
    kind: SERVER,
    field: "attribute http.response.status_code",
    only: "full",
    cases: BEFORE_AN_ANSWER,
    reason: NO_ANSWER,
  },
  {
    subject: "span",
    kind: SERVER,
    field: "attribute error.type",
    only: "lean",
    cases: BROKEN_OFF,
    reason: SAYS_ABORTED,
  },
  { subject: "span", kind: SERVER, field: "status", cases: BROKEN_OFF, reason: SAYS_ABORTED },
  {
    subject: "metric",
    name: /^http\.server\./,
    field: "attribute http.response.status_code",
    only: "full",
    cases: BEFORE_AN_ANSWER,
    reason: NO_ANSWER,
  },
  {
    subject: "metric",
    name: /^http\.server\./,
    field: "attribute error.type",
    only: "lean",
    cases: BROKEN_OFF,
    reason: SAYS_ABORTED,
  },
  {
    subject: "answer",
    field: "",
    cases: /^server\/brokenBaggage/,
    reason:
      "a value whose percent signs encode nothing: full drops the entry, lean keeps it as it is",
  },
  {
    subject: "span",
    field: "attribute batch.id",
    only: "lean",
    cases: /^server\/brokenBaggage/,
    reason: "of the same entry",
  },
];

const frameworks: Accepted[] = [
  {
    subject: "span",
    kind: INTERNAL,
    name: /^(middleware - |router - |request handler)/,
    field: "",
    only: "full",
    cases: EXPRESS,
    reason:
      "a span for each layer of a router costs more than it says; the route is on the server's span",
  },
  {
    subject: "span",
    kind: SERVER,
    name: /^GET( \/api(\/users)?)?$/,
    field: "attribute http.route",
    only: "full",
    cases: /^frameworks\/expressRouters/,
    reason: NO_ROUTE,
  },
  {
    subject: "span",
    kind: SERVER,
    name: /^GET/,
    field: "name",
    cases: /^frameworks\/expressRouters/,
    reason: NO_ROUTE,
  },
  {
    subject: "metric",
    name: /^http\.server\./,
    having: { "http.route": "/api" },
    field: "",
    only: "full",
    cases: /^frameworks\/expressRouters/,
    reason: NO_ROUTE,
  },
  {
    subject: "metric",
    name: /^http\.server\./,
    having: { "http.route": "/api/users" },
    field: "",
    only: "full",
    cases: /^frameworks\/expressRouters/,
    reason: NO_ROUTE,
  },
  {
    subject: "metric",
    name: /^http\.server\./,
    having: { "http.response.status_code": 404 },
    field: "",
    only: "lean",
    cases: /^frameworks\/expressRouters/,
    reason: NO_ROUTE,
  },
];

const clients: Accepted[] = [
  {
    subject: "span",
    kind: CLIENT,
    field: /^attribute (user_agent\.original|network\.(peer\.(address|port)|protocol\.version))$/,
    only: "full",
    reason: EACH_COSTS,
  },
  {
    subject: "span",
    kind: CLIENT,
    field: /^attribute url\.(scheme|path)$/,
    only: "full",
    reason: "url.full says both; the convention does not ask clients for its parts",
  },
  {
    subject: "span",
    kind: CLIENT,
    field: "attribute url.query",
    only: "full",
    reason: PRIVATE,
  },
  { subject: "span", kind: CLIENT, field: "attribute url.full", reason: PRIVATE },
  {
    subject: "span",
    kind: CLIENT,
    field: "attribute http.request.method_original",
    only: "full",
    reason:
      "the convention has it only where it differs from the method; full always says it for fetch",
  },
  { subject: "span", kind: CLIENT, field: "attribute error.type", reason: LOW_CARDINALITY },
  {
    subject: "span",
    kind: CLIENT,
    field: "attribute error.type",
    only: "lean",
    cases: /^(http\/httpAborted|fetch\/fetchAbortedDuring)/,
    reason: SAYS_ABORTED,
  },
  {
    subject: "span",
    kind: CLIENT,
    field: "status",
    cases: /^(http\/httpAborted|fetch\/fetchAbortedDuring)/,
    reason: SAYS_ABORTED,
  },
  {
    subject: "span",
    kind: CLIENT,
    field: "message",
    only: "full",
    reason: "messages of errors carry values and addresses; error.type says what happened",
  },
  {
    subject: "span",
    kind: CLIENT,
    field: "event exception",
    only: "full",
    reason:
      "message and stack of an error that the application gets anyway; the convention is leaving it",
  },
  {
    subject: "metric",
    name: /^http\.client\./,
    field: "attribute error.type",
    reason: LOW_CARDINALITY,
  },
  {
    subject: "metric",
    name: /^http\.client\./,
    field: "attribute error.type",
    only: "lean",
    cases: /^(http\/httpAborted|fetch\/fetchAbortedDuring)/,
    reason: SAYS_ABORTED,
  },
  {
    subject: "metric",
    name: /^http\.client\./,
    field: "attribute url.scheme",
    only: "full",
    reason: "opt-in for clients; full says it for fetch and not for node:http",
  },
  {
    subject: "metric",
    name: /^http\.client\./,
    having: { "server.port": "sink" },
    field: "",
    only: "full",
    reason: "full measures its own exports as calls of the application",
  },
];

const stores: Accepted[] = [
  {
    subject: "span",
    kind: CLIENT,
    name: /^(connect|pg\.connect|pg-pool\.connect)$/,
    field: "",
    only: "full",
    reason:
      "no operation of the convention; waiting for a connection is within the query's own duration",
  },
  {
    subject: "span",
    kind: CLIENT,
    root: true,
    name: /^pg\.query:/,
    field: "",
    only: "full",
    reason:
      "a query that nobody asked for, like a worker's look for work, would be a trace of one span; it is measured, and the same holds for ioredis in full",
  },
  {
    subject: "span",
    kind: CLIENT,
    name: /^pg\.query:/,
    field: "name",
    reason: "full keeps names of before the conventions were stable; lean's are db.query.summary",
  },
  {
    subject: "span",
    kind: CLIENT,
    having: { "db.system.name": "postgresql" },
    field: /^attribute db\.(operation\.name|collection\.name|query\.summary)$/,
    only: "lean",
    reason: "what the convention asks for in the place of the text",
  },
  {
    subject: "span",
    kind: CLIENT,
    field: "attribute db.query.text",
    only: "full",
    reason: PRIVATE,
  },
  {
    subject: "span",
    kind: CLIENT,
    field: /^attribute (error\.type|db\.response\.status_code)$/,
    only: "lean",
    cases: /^(redis|postgres)\//,
    reason: "required by the convention where an operation fails; full has only the message",
  },
  {
    subject: "span",
    kind: CLIENT,
    having: { "db.system.name": "redis" },
    field: "attribute db.namespace",
    only: "lean",
    reason: "required by the convention: the index of the database",
  },
  {
    subject: "span",
    kind: CLIENT,
    having: { "db.system.name": "redis" },
    field: "attribute db.operation.name",
    cases: /^redis\//,
    reason:
      "the convention puts PIPELINE or MULTI before the name for one span of the whole batch; these are spans of single commands",
  },
  {
    subject: "metric",
    name: /^db\.client\.operation\.duration$/,
    having: { "db.system.name": "redis" },
    field: "",
    only: "lean",
    reason: "required by the convention; full measures no Redis",
  },
  {
    subject: "metric",
    name: /^db\.client\.operation\.duration$/,
    field: "attribute db.collection.name",
    only: "lean",
    reason:
      "the old monitoring tells tables apart, and what replaces it must; recommended by the convention",
  },
  {
    subject: "metric",
    name: /^db\.client\.operation\.duration$/,
    field: "attribute error.type",
    only: "lean",
    cases: /^postgres\/rolledBack/,
    reason: "full forgets the failure of a query on a connection that was taken from the pool",
  },
  {
    subject: "span",
    name: /^pg\.query:/,
    field: "attribute db.postgresql.plan",
    only: "full",
    reason: "of no convention",
  },
  {
    subject: "metric",
    name: /^db\.client\.operation\.duration$/,
    field: "attribute db.operation.name",
    cases: /^postgres\/statementTexts/,
    reason: "full takes the first word of the text, a comment or WITH included",
  },
  {
    subject: "metric",
    name: /^db\.client\.connection\./,
    field: "",
    only: "full",
    reason: "in development, not stable",
  },
  {
    subject: "metric",
    name: /^db\.rows_affected$/,
    field: "",
    only: "lean",
    reason: "the old monitoring counts rows, and what replaces it must; no convention has it",
  },
];

const manual: Accepted[] = [
  {
    subject: "span",
    field: "events",
    cases: /^manual\/limits/,
    reason:
      "beyond the limit full drops the oldest, lean the newest, as both do with attributes and links",
  },
];

const meters: Accepted[] = [
  {
    subject: "metric",
    name: /^(nodejs|v8js)\./,
    field: "",
    only: "full",
    reason: "numbers of the moment: no two processes have the same",
  },
  {
    subject: "metric",
    name: /^(nodejs|v8js|process)\./,
    field: "",
    only: "lean",
    reason:
      "numbers of the moment; full has those of the processor and the memory elsewhere, or not",
  },
  {
    subject: "metric",
    name: /^flashcard_otel\./,
    field: "",
    only: "lean",
    reason: "what the agent did and could not do; the SDK says nothing about itself",
  },
  {
    subject: "metric",
    name: /^(http|db)\./,
    field: "description",
    only: "full",
    reason: "a constant sentence of the convention, which would leave with every export",
  },
  {
    subject: "metric",
    name: /^http\./,
    field: "attribute network.protocol.version",
    only: "full",
    reason: EACH_COSTS,
  },
  {
    subject: "metric",
    name: /^odd\./,
    field: "value",
    reason: "one NaN or Infinity makes a sum useless for ever in full; lean leaves it out",
  },
  {
    subject: "metric",
    name: /^Twice$/,
    field: "value",
    reason: "names that differ in case only are one instrument, says the specification",
  },
  {
    subject: "metric",
    name: /^twice$/,
    field: "",
    only: "full",
    cases: /^meters\/caseOfNames/,
    reason: "of the same instrument",
  },
  {
    subject: "metric",
    name: /^x{256,}$/,
    field: "",
    only: "full",
    reason: "names may have 255 characters; full warns and keeps longer ones",
  },
  {
    subject: "metric",
    name: /^x{255}$/,
    field: "",
    only: "lean",
    reason: "of the same instrument: cut",
  },
];

export const accepted: readonly Accepted[] = [
  ...servers,
  ...frameworks,
  ...clients,
  ...stores,
  ...manual,
  ...meters,
];
