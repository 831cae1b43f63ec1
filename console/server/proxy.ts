/**
 * Questions to services inside the cluster, sent through the API server with the user's own rights: nothing is forwarded
 * or opened. Only reading: a form becomes the query of a GET, which needs `get services/proxy` and no more.
 */
import type { Wire } from "../../operator/cluster/wire.ts";
import type { Fetch } from "../../operator/measurement/ask.ts";

const HOST = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?$/;

/** Path in the API of a URL like `http://prometheus.shop.svc:9090/api/v1/query`; undefined for what is not in the cluster. */
export const proxyPath = (url: URL): string | undefined => {
  const [, service, namespace] = HOST.exec(url.hostname) ?? [];
  if (!service || !namespace) return undefined;
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const scheme = url.protocol.replace(":", "");
  return `/api/v1/namespaces/${namespace}/services/${scheme}:${service}:${port}/proxy${url.pathname}`;
};

export const proxyFetch =
  (wire: Wire): Fetch =>
  async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const path = proxyPath(url);
    if (!path)
      throw new Error(
        `${url.host} is no Service of this cluster, and the console asks nothing else; open it yourself`,
      );
    const query = init?.body instanceof URLSearchParams ? init.body : url.searchParams;
    const text = query.toString();
    // Not repeated: the page asks again by itself, and a person waits.
    const answer = await wire.call({
      method: "GET",
      path: text === "" ? path : `${path}?${text}`,
      repeatable: false,
    });
    return new Response(answer.text, { status: answer.status });
  };
