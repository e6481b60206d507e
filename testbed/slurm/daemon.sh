#!/bin/bash
# daemon.sh down|up slurmctld|slurmdbd: stops a daemon of the cluster that up.sh started, and starts it again.
. "$(dirname "$0")/paths.sh"
export SLURM_CONF=$base/etc/slurm.conf
case $2 in slurmctld | slurmdbd) pidfile=$base/run/$2.pid ;; *) die "usage: daemon.sh down|up slurmctld|slurmdbd" ;; esac
case $1 in
down)
  mine "$pidfile" || exit 0
  kill "$pid"
  for _ in $(seq 100); do is_gone "$pid" && exit 0; sleep 0.1; done
  die "$2 does not end"
  ;;
up) mine "$pidfile" || "$sbin/$2" ;;
*) die "unknown: $1" ;;
esac
