/**
 * Asks services inside the cluster through the API server's proxy, so that nobody has to forward a port. Only reads: forms that
 * the doors of the operator post are turned into queries, because a POST would need a right to create.
 */
import { ClusterError } from "@flashcard-otel/operator/cluster/cluster.ts";
import type { Wire } from "@flashcard-otel/operator/cluster/wire.ts";
import type { Fetch } from "@flashcard-otel/operator/measurement/ask.ts";

const INSIDE = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?$/;

/** `/api/v1/namespaces/shop/services/http:pipeline-jaeger:16686/proxy/api/traces?...`; undefined for an address outside. */
export const proxied = (address: string, form = ""): string | undefined => {
  const url = new URL(address);
  const [, service, namespace] = INSIDE.exec(url.hostname) ?? [];
  if (!service || !namespace) return undefined;
  const scheme = url.protocol.slice(0, -1);
  const port = url.port || (scheme === "https" ? "443" : "80");
  const query = [url.search.slice(1), form].filter((part) => part !== "").join("&");
  const path = `/api/v1/namespaces/${namespace}/services/${scheme}:${service}:${port}/proxy${url.pathname}`;
  return query === "" ? path : `${path}?${query}`;
};

export const proxyFetch =
  (wire: Wire): Fetch =>
  async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    const form = init?.body instanceof URLSearchParams ? init.body.toString() : "";
    const path = proxied(address, form);
    if (path === undefined) return globalThis.fetch(input, init);
    const { status, text } = await wire.call({
      method: "GET",
      path,
      headers: { accept: "*/*" },
      repeatable: true,
    });
    if (status === 403)
      throw new ClusterError(
        "Forbidden",
        `asking ${address}: you may not use the proxy of services (get services/proxy)`,
      );
    return new Response(status === 204 ? null : text, { status });
  };
