/**
 * What both supervisors start with: they are shells, detached from the backend, in a session and process
 * group of their own, with the attempt's folder as working directory.
 *
 * - The traps are there because a script may signal its whole group; being traps (not ignored signals), the
 *   script does not inherit them.
 * - `pid` is created with noclobber, which is O_EXCL: of two supervisors for one attempt only one goes on.
 *   It also holds what tells this process from a later one with the same id: when it started, since which boot.
 * - On Linux all of that is done by builtins, so it costs no process.
 */
const CLAIM = `
trap : HUP INT QUIT TERM USR1 USR2 ALRM PIPE
set -C
ulimit -c 0
if [ -r /proc/$$/stat ]; then
  read -r boot < /proc/sys/kernel/random/boot_id
  read -r start < /proc/$$/stat
else
  boot=$(command -p sysctl -n kern.boottime)
  start=$(command -p ps -o lstart= -p $$)
fi
printf '%s\\n%s\\n%s\\n' "$$" "$boot" "$start" > pid || exit 1
`;

/**
 * Runs the script and writes `status`; the last line takes along whatever is left of the group, the
 * supervisor included. A `status` without its newline was not written to the end.
 */
const RUN = `
(cd workspace && exec /bin/sh -e -c "$1" model-ci) >> log 2>&1
printf 'exited %s\\n' "$?" > status
kill -KILL 0
`;

/**
 * For attempts: `sh -c SUPERVISOR model-ci SCRIPT SECONDS LOG_BYTES`. The watchdog keeps both limits
 * while no backend is there; a backend keeps them more exactly, so the watchdog gives it some seconds.
 */
export const ATTEMPT_SUPERVISOR = `${CLAIM}
(
  left=$(($2 + 10))
  end() { echo "$1" > killed; kill -KILL 0; }
  while command -p sleep 2; do
    left=$((left - 2))
    [ "$left" -gt 0 ] || end timeout
    [ -z "$(command -p find log -size +"$3"c)" ] || end log-limit
  done
) > /dev/null 2>&1 &
${RUN}`;

/** For services: `sh -c SUPERVISOR model-ci SCRIPT LOG_BYTES`. The watchdog keeps the tail of the log. */
export const SERVICE_SUPERVISOR = `${CLAIM}
(
  while command -p sleep 5; do
    if [ -n "$(command -p find log -size +"$2"c)" ]; then
      command -p tail -c "$2" log >| log.1
      : >| log
    fi
  done
) > /dev/null 2>&1 &
${RUN}`;
