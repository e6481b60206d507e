# Sourced by the other scripts of this folder: where things lie, and how its programs are called.
set -euo pipefail

home=${TESTBED:?name a folder that holds everything}/ceph
root=$home/root # the unpacked packages
data=$home/data
logs=$home/log
run=$home/run # ids of processes, and sockets

library=$root/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$library:$root/lib/x86_64-linux-gnu:$library/ceph
export PYTHONPATH=$root/usr/lib/python3/dist-packages
export CEPH_CONF=$home/ceph.conf

die() {
  echo "testbed/ceph/$(basename "$0"): $*" >&2
  exit 1
}

# Whether mon, osd or rgw runs: its process id is kept, and the process is still ours.
alive() {
  local pid
  [ -s "$run/$1.pid" ] && pid=$(cat "$run/$1.pid") && [ -r "/proc/$pid/cmdline" ] &&
    tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q "$home/ceph.conf"
}
