/** What must not leave the cluster with an answer that people pass on. Pure. */

export const REMOVED = "REMOVED";

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host; there may be anything in a password.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s"'<>]*@/gi, `$1${REMOVED}@`],
  // Authorization headers, and the words that introduce a secret in arguments, query strings and JSON.
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REMOVED}`],
  [
    /((?:password|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?)["']?\s*[:=]\s*["']?)[^\s"',;&]+/gi,
    `$1${REMOVED}`,
  ],
  // JSON web tokens, and keys in PEM.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, REMOVED],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, REMOVED],
];

/** The text without anything that looks like a secret. */
export const withoutSecrets = (text: string): string =>
  PATTERNS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
