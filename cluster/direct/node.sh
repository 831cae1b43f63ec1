#!/bin/bash
# First process of the node, in its own namespaces. It builds the node's view of the machine, then only waits and
# collects dead children. Killing it ends everything that runs in the node, and with that all mounts made here.
# Arguments: state folder, cache folder, host name.
set -eu
state=$1 cache=$2 name=$3
# Root's own tools, which the PATH of a shell by `su` leaves out.
PATH=$PATH:/usr/sbin:/sbin

mount --make-rprivate /
hostname "$name"

# The state and the cache first: the folders they lie in may be covered by the next lines.
mkdir -p "$state/tmp"
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/node /mnt/cache
mount --bind "$state" /mnt/node
mount --bind "$cache" /mnt/cache
mount -o remount,bind,ro /mnt/cache
# Programs with fixed paths write into these; the machine's own must stay as they are.
for covered in /run /var/lib /var/log; do mount -t tmpfs -o mode=755 tmpfs "$covered"; done
mount --bind /mnt/node/tmp /tmp
mount -t tmpfs -o mode=755 tmpfs /opt

cgroup2=$(stat -fc %T /sys/fs/cgroup)
hierarchies=$(cat /proc/self/cgroup)
umount -R -l /sys
mount -t sysfs sysfs /sys

if [ "$cgroup2" = cgroup2fs ]; then
  # Unverified: no machine with cgroup v2 was at hand.
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  # A cgroup that hands controllers to its children may hold no process itself.
  mkdir -p /sys/fs/cgroup/init
  while read -r pid; do echo "$pid" > /sys/fs/cgroup/init/cgroup.procs || true; done < /sys/fs/cgroup/cgroup.procs
  for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
    echo "+$controller" > /sys/fs/cgroup/cgroup.subtree_control || true
  done
else
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
  while IFS=: read -r _ controllers _; do
    case $controllers in
      "") continue ;; # the v2 side of a hybrid machine: the kubelet must not see it
      name=*) options=none,$controllers folder=${controllers#name=} ;;
      *) options=$controllers folder=$controllers ;;
    esac
    mkdir -p "/sys/fs/cgroup/$folder"
    mount -t cgroup -o "$options" cgroup "/sys/fs/cgroup/$folder"
    case $folder in *,*) for one in ${folder//,/ }; do ln -s "$folder" "/sys/fs/cgroup/$one"; done ;; esac
  done <<< "$hierarchies"
fi

mount --make-rshared /
ip link set lo up
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.route_localnet=1
echo ready > /mnt/node/ready

trap 'exit 0' TERM INT
while :; do sleep 3600 & wait $! || true; done
