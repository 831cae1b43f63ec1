import { expect, test } from "@jest/globals";
import { withoutUpstream } from "./dns.ts";

const kubeadms = `.:53 {
    errors
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

test("what asks other name servers goes, everything else stays", () => {
  expect(withoutUpstream(kubeadms)).toBe(`.:53 {
    errors
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       ttl 30
    }
    prometheus :9153
    cache 30
    reload
    loadbalance
}
`);
});

test("a Corefile without it is left alone", () => {
  const lean = withoutUpstream(kubeadms);
  expect(withoutUpstream(lean)).toBe(lean);
});
