/** Where telemetry goes, taken apart once. */
export interface Address {
  secure: boolean;
  host: string;
  port: number;
  /** Before `/v1/traces`, without a trailing slash. */
  basePath: string;
  /** Request head up to the path's end excluded: everything that is the same for every request. */
  headers: string;
}

const PLAIN_PORT = 80;
const SECURE_PORT = 443;

/** Undefined when it is no http(s) address. */
export function parseAddress(
  endpoint: string,
  headers: Record<string, string> = {},
): Address | undefined {
  const url = parsed(endpoint);
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  const secure = url.protocol === "https:";
  return {
    secure,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (secure ? SECURE_PORT : PLAIN_PORT),
    basePath: url.pathname.replace(/\/+$/, ""),
    headers: head(url.host, headers),
  };
}

function parsed(endpoint: string): URL | undefined {
  try {
    return new URL(endpoint);
  } catch {
    return undefined;
  }
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function head(host: string, headers: Record<string, string>): string {
  const lines = [
    `host: ${host}`,
    "content-type: application/x-protobuf",
    "user-agent: flashcard-otel",
  ];
  for (const [name, value] of Object.entries(headers))
    if (TOKEN.test(name) && !/[\r\n\0]/.test(value)) lines.push(`${name}: ${value}`);
  return `${lines.join("\r\n")}\r\nconnection: keep-alive\r\ncontent-length: `;
}
