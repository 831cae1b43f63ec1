/** Which series an expression reads. A tokenizer, not a parser: names of functions, labels and keywords are told from metrics by where they stand. Pure. */

export interface Reads {
  names: string[];
  /** From `{__name__=~"..."}`; anchored, as Prometheus does it. */
  patterns: RegExp[];
}

const TOKEN =
  /(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|#[^\n]*|(?<range>\[[^\]]*\])|(?<number>\.?\d[\w.]*)|(?<word>[A-Za-z_:][\w:]*)|(?<sign>=~|!~|!=|[^\s])/g;

interface Token {
  kind: "string" | "range" | "number" | "word" | "sign";
  text: string;
}

const KINDS = ["string", "range", "number", "word", "sign"] as const;

const tokensOf = (expression: string): Token[] =>
  [...expression.matchAll(TOKEN)].flatMap(({ groups = {} }) =>
    KINDS.flatMap((kind) => {
      const text = groups[kind];
      return text === undefined ? [] : [{ kind, text }];
    }),
  );

/** What is followed by a list of labels in parentheses. */
const LISTS = ["by", "without", "on", "ignoring", "group_left", "group_right"];
const OPERATORS = ["and", "or", "unless", "atan2", "bool", "offset", "start", "end", "inf", "nan"];
const KEYWORDS = new Set([...LISTS, ...OPERATORS]);

/** Index after the sign that closes what opens at `from`. */
const closing = (tokens: Token[], from: number, [open, close]: [string, string]): number => {
  let depth = 0;
  for (let index = from; index < tokens.length; index += 1) {
    const { kind, text } = tokens[index] ?? { kind: "sign", text: "" };
    if (kind !== "sign") continue;
    if (text === open) depth += 1;
    if (text === close) depth -= 1;
    if (depth === 0) return index + 1;
  }
  return tokens.length;
};

const unquoted = (text: string): string =>
  text.startsWith("`") ? text.slice(1, -1) : text.slice(1, -1).replaceAll(/\\(.)/g, "$1");

const pattern = (text: string): RegExp[] => {
  try {
    return [new RegExp(`^(?:${text})$`)];
  } catch {
    // RE2 knows flags that we do not; a pattern that cannot be read matches everything rather than nothing.
    return [/(?:)/];
  }
};

/** The name that a string within braces gives: `{__name__="x"}` or `{"x"}`. */
const named = (before: string, after: string): boolean =>
  before === "__name__=" || (/[{,]$/.test(before) && /^[,}]/.test(after));

const inBraces = (tokens: Token[]): Reads => {
  const text = (index: number): string => tokens[index]?.text ?? "";
  const strings = tokens.flatMap(({ kind, text: quoted }, index) =>
    kind === "string"
      ? [
          {
            before: text(index - 2) + text(index - 1),
            value: unquoted(quoted),
            after: text(index + 1),
          },
        ]
      : [],
  );
  return {
    names: strings.filter(({ before, after }) => named(before, after)).map(({ value }) => value),
    patterns: strings
      .filter(({ before }) => before === "__name__=~")
      .flatMap(({ value }) => pattern(value)),
  };
};

/** A word is a metric unless it is a keyword, or stands where a function or an aggregation stands. */
const isMetric = ({ text }: Token, next: Token | undefined): boolean =>
  !KEYWORDS.has(text.toLowerCase()) &&
  next?.text !== "(" &&
  !(next?.kind === "word" && ["by", "without"].includes(next.text.toLowerCase()));

export const readsOf = (expression: string): Reads => {
  const tokens = tokensOf(expression);
  const names = new Set<string>();
  const patterns: RegExp[] = [];
  let index = 0;
  while (index < tokens.length) {
    const token = tokens[index] ?? { kind: "sign", text: "" };
    const next = tokens[index + 1];
    if (token.kind === "sign" && token.text === "{") {
      const end = closing(tokens, index, ["{", "}"]);
      const inside = inBraces(tokens.slice(index, end));
      for (const name of inside.names) names.add(name);
      patterns.push(...inside.patterns);
      index = end;
      continue;
    }
    if (token.kind === "word" && isMetric(token, next)) names.add(token.text);
    const listed = token.kind === "word" && LISTS.includes(token.text.toLowerCase());
    index = listed && next?.text === "(" ? closing(tokens, index + 1, ["(", ")"]) : index + 1;
  }
  return { names: [...names], patterns };
};

/** As `$name`, or with a format as `${name:csv}`; what follows a name without braces is the expression's. */
const variable = (name: string, before = "", after = ""): RegExp =>
  new RegExp(`${before}\\$(?:${name}(?!\\w)|\\{${name}(?::\\w+)?\\})${after}`, "g");

const ANY = "[a-zA-Z_]\\w*";

const BUILT_IN: [RegExp, string][] = [
  [variable("__(?:rate_interval|interval)_ms"), "60000"],
  [variable("__(?:rate_interval|interval)"), "1m"],
  [variable("__range_ms"), "3600000"],
  [variable("__range_s"), "3600"],
  [variable("__range"), "1h"],
  // What a person picks in a list: everything.
  [variable(ANY, "\\[\\s*"), "[1m"],
  [variable(ANY, '(?<!!)=\\s*"', '"'), '=~".*"'],
  [variable(ANY), ".*"],
];

/** An expression of a dashboard as Grafana would send it. */
export const filledIn = (expression: string): string =>
  BUILT_IN.reduce((text, [asked, value]) => text.replaceAll(asked, value), expression);
