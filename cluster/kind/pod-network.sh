#!/bin/sh
# The pod network of one node, run in a pod on the node's own network: a route to every other node's range of pod
# addresses, kept as nodes come, and the configuration by which containerd gives addresses out of this node's range.
set -eu
all=10.244.0.0/16

own() {
  cat > /etc/cni/net.d/.new <<EOF
{ "cniVersion": "0.4.0", "name": "pod-network", "plugins": [
  { "type": "ptp", "ipMasq": false, "ipam": { "type": "host-local", "dataDir": "/run/cni-addresses",
    "ranges": [[{ "subnet": "$1" }]], "routes": [{ "dst": "0.0.0.0/0" }] } },
  { "type": "portmap", "capabilities": { "portMappings": true } } ] }
EOF
  mv /etc/cni/net.d/.new /etc/cni/net.d/10-pod-network.conflist
}

# Only what leaves the pods' network takes the node's address.
outward="POSTROUTING -s $all ! -d $all -j MASQUERADE"
iptables -w -t nat -C $outward 2> /dev/null || iptables -w -t nat -A $outward

columns='NAME:.metadata.name,RANGE:.spec.podCIDR,ADDRESS:.status.addresses[?(@.type=="InternalIP")].address'
while :; do
  kubectl get nodes --watch --no-headers -o "custom-columns=$columns" | while read -r name range address; do
    case $name,$range,$address in
      *'<none>'*) ;; # not told yet
      "$NODE",*) own "$range" ;;
      *) ip route replace "$range" via "$address" ;;
    esac
  done
  # The API server ends a watch now and then, and may be away.
  sleep 1
done
