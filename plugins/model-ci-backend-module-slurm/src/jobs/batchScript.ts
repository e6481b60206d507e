import { quoteAll } from '../commands/quote';

/** With this code a batch script ends that has not started its stage: somebody else had, or its folder is gone. */
export const NOT_RUN = 99;

/**
 * What Slurm runs: `job FOLDER SECONDS LOG_BYTES NAME…`. It is the same for every attempt.
 *
 * - Variables of the names are those of Slurm's commands, which may be secret. It becomes another process without them, since
 *   its stage can read what it was started with.
 * - Taking the permit away is what starts an attempt, and can be done once: a job that Slurm starts again, or a second one
 *   after a lost answer, finds none and ends.
 * - The permit's secrets prove who wrote down the end. The stage does not get them.
 * - The log is a named pipe for the stage, so that a script that opens its output again loses nothing; the pipe lies on
 *   the machine's own disk, because not every shared file system has pipes. What still holds it two seconds after the
 *   end gets no more of it, and ends with the job.
 * - Slurm tells only the batch script that the job is to end. It passes that on, or kills everything at once where
 *   Model CI wants it killed; Slurm itself would give it `KillWait`, 30 seconds.
 * - The watchdog keeps both limits, whether a backend is there or not.
 */
export const BATCH_SCRIPT = `#!/bin/sh
if [ $# -gt 3 ]; then
  folder=$1 seconds=$2 bytes=$3
  shift 3
  unset "$@"
  exec sh "$0" "$folder" "$seconds" "$bytes"
fi
umask 077
ulimit -c 0
terminated=
end() {
  [ ! -e killed ] || kill -KILL 0
  [ -n "$terminated" ] || { terminated=1; kill -TERM 0; }
}
trap : HUP INT QUIT USR1 USR2 ALRM PIPE XCPU
trap end TERM
cd "$1" || exit ${NOT_RUN}
[ ! -e killed ] || exit ${NOT_RUN}
mv permit used 2> /dev/null || exit ${NOT_RUN}
read -r succeeded failed limit < used
: > used
pipe=$(mktemp -d) || pipe=.
mkfifo "$pipe/output" || exit ${NOT_RUN}
exec 3<> "$pipe/output" 4< "$pipe/output" 5> "$pipe/output" 3>&-
rm -rf "$pipe/output"
[ "$pipe" = . ] || rmdir "$pipe"
(
  trap '' HUP INT QUIT TERM USR1 USR2 ALRM PIPE
  unset succeeded failed limit
  ulimit -f $(($3 / 512 + 2))
  exec cat <&4 >> log 5>&-
) &
drain=$!
(
  unset succeeded failed limit
  exec sh ./run >&5 2>&1 4<&- 5>&-
) &
stage=$!
(
  trap '' HUP INT QUIT TERM USR1 USR2 ALRM PIPE
  unset succeeded failed
  exec > /dev/null 2>&1 4<&- 5>&-
  left=$2
  give_up() {
    (set -C; echo "$1 $limit" > killed)
    kill -KILL 0
  }
  while sleep 1; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || give_up timeout
    [ -z "$(find log -size +"$3"c)" ] || give_up log-limit
  done
) &
exec 4<&- 5>&-
wait "$stage"
code=$?
while kill -0 "$stage" 2> /dev/null; do
  wait "$stage"
  code=$?
done
wait "$stage" 2> /dev/null
last=$?
[ "$last" -eq 127 ] || code=$last
(sleep 2; kill -KILL "$drain") > /dev/null 2>&1 &
while kill -0 "$drain" 2> /dev/null; do
  wait "$drain"
done
if [ ! -e killed ]; then
  word=exited
  [ -z "$terminated" ] || word=terminated
  [ "$code" -ne 0 ] || failed=$succeeded
  printf '%s %s %s\\n' "$word" "$code" "$failed" > exit.part && mv exit.part exit
fi
exit "$code"
`;

/** What starts the stage's own script, in the workspace; its words are quoted here. */
export function runScript(words: readonly string[]): string {
  return `. ./environment
command -p rm -f environment
cd workspace || exit 126
exec ${quoteAll(words)}
`;
}

/** Variables of the stage, as a shell reads them. */
export function environmentScript(env: Record<string, string>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${quoteAll([`${name}=${value}`])}\n`)
    .join('');
}
