#!/bin/bash
# Ends what up.sh started, by process id. `down.sh wipe` removes the data too.
. "$(dirname "$0")/common.sh"

# Gone, or a zombie that nobody has waited for
gone() { [ ! -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }

for name in rgw osd mon; do
  if alive $name; then
    pid=$(cat "$run/$name.pid")
    # One that was frozen could not end
    kill -CONT "$pid"
    kill "$pid"
    for _ in $(seq 40); do
      ! gone "$pid" || break
      sleep 0.2
    done
    gone "$pid" || kill -9 "$pid"
    echo "ceph: stopped $name"
  fi
  rm -f "$run/$name.pid"
done
if [ "${1:-}" = wipe ]; then
  rm -rf "$data" "$logs" "$run" "$home/crash" "$home/env" "$home/ceph.conf"
fi
