# Where things lie, for the scripts beside it.
: "${TESTBED:?name a folder that every user may enter}"
base=$TESTBED/slurm${SLURM_RELEASE:+-$SLURM_RELEASE}
root=$base/root
sbin=$root/usr/sbin
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() {
  said=1
  echo "slurm/$(basename "$0"): $*" >&2
  exit 1
}

# Whether the process of a pid file is one of ours; its id is in $pid then.
mine() {
  [ -s "$1" ] && pid=$(cat "$1") && [ -r "/proc/$pid/cmdline" ] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q "$base"
}

is_gone() {
  [ ! -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}
