/**
 * What both supervisors start with: they are shells, detached from the backend, in a session and process
 * group of their own, with the attempt's folder as working directory. Their first argument is a control group to
 * join, or nothing; the last ones are the command that they supervise.
 *
 * - They join their group, which may take the kernel some milliseconds, while the backend fills the workspace. The
 *   secrets that prove the end come on the input when that is done; a backend that dies before sends none.
 * - No command line, environment or file shows the secrets; the script gets neither the variables nor the input.
 * - The traps are there because a script may signal its whole group; being traps (not ignored signals), the
 *   script does not inherit them.
 * - `pid` is created with noclobber, which is O_EXCL: of two supervisors for one attempt only one goes on.
 *   It also holds what distinguishes this process from a later one with the same id: when it started, since which boot.
 * - On Linux all of that is done by builtins, so it costs no process.
 */
const CLAIM = `
trap : HUP INT QUIT TERM USR1 USR2 ALRM PIPE
set -C
ulimit -c 0
[ -z "$1" ] || echo 0 >> "$1/cgroup.procs"
read -r succeeded failed || exit 1
exec < /dev/null
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
 * Runs the command and writes `status`; the last line takes along whatever is left of the group, the
 * supervisor included. A `status` without its newline was not written to the end. `<>` overwrites what was
 * reserved, and does not wait where a script has put a pipe there.
 *
 * The log is a pipe for the command, which `cat` appends to the file: a script that opens its own output again
 * (`echo x > /dev/stderr`) would otherwise cut the file off. `cat` ends when nobody holds the pipe any more; where something
 * that was left running does, the watchdog ends it.
 */
const RUN = `
{
  trap : HUP INT QUIT TERM USR1 USR2 ALRM PIPE
  (unset succeeded failed; cd workspace && exec "$@") 2>&1
  code=$?
  [ "$code" -ne 0 ] || failed=$succeeded
  printf 'exited %s %s\\n' "$code" "$failed" 1<> status
} | (
  trap '' HUP INT QUIT TERM USR1 USR2 ALRM PIPE
  unset succeeded failed
  command -p cat >> log
)
kill -KILL 0
`;

/** Part of the watchdogs: ends what holds the pipe of the log although the command has ended. */
const END_LEFT_OVERS = `
  word=
  [ -f status ] && read -r word rest < status
  [ "$word" != exited ] || kill -KILL 0
`;

/**
 * For attempts: `sh -c SUPERVISOR model-ci CGROUP SECONDS LOG_BYTES COMMAND…`. The watchdog keeps both limits
 * while no backend is there; a backend keeps them more exactly, so the watchdog gives it some seconds. The first reason
 * stays: a space at the beginning of `killed` says that there is none.
 */
export const ATTEMPT_SUPERVISOR = `${CLAIM}
(
  unset succeeded failed
  left=$(($2 + 10))
  end() {
    [ -f killed ] && IFS= read -r reason < killed
    case $reason in ' '*) printf '%s\\n' "$1" 1<> killed ;; esac
    kill -KILL 0
  }
  while command -p sleep 2; do
    ${END_LEFT_OVERS}
    left=$((left - 2))
    [ "$left" -gt 0 ] || end timeout
    [ -z "$(command -p find log -size +"$3"c)" ] || end log-limit
  done
) > /dev/null 2>&1 &
shift 3
${RUN}`;

/** For services: `sh -c SUPERVISOR model-ci CGROUP LOG_BYTES COMMAND…`. The watchdog keeps the tail of the log. */
export const SERVICE_SUPERVISOR = `${CLAIM}
(
  unset succeeded failed
  while command -p sleep 5; do
    ${END_LEFT_OVERS}
    if [ -f log ] && [ -n "$(command -p find log -size +"$2"c)" ]; then
      command -p rm -f log.1
      command -p tail -c "$2" log > log.1
      : >| log
    fi
  done
) > /dev/null 2>&1 &
shift 2
${RUN}`;
