import { createHash } from 'node:crypto';
import { InputError } from '@backstage/errors';

// What Linux takes as one argument of a command
const MAX_SCRIPT_BYTES = 127 * 1024;

/**
 * Frames the log of an attempt: the first line, and in front of its exit code the last. Without the
 * first line it is known that the engine dropped the log's start; the last one tells the end some
 * hundred milliseconds before the engine has taken the container down.
 */
export function markerOf(attemptId: string): string {
  const digest = createHash('sha256').update(attemptId).digest('hex');
  return `model-ci:${digest.slice(0, 20)}`;
}

/**
 * For `sh -c ATTEMPT model-ci SCRIPT MARKER SECONDS`, as process 1 of the container.
 *
 * - Both streams are one pipe, so that their order is that of writing.
 * - The parentheses keep the shell from adding a word of its own when the script is killed.
 * - What the script left running is killed, as it would be when process 1 ends.
 * - Having told the end, it stays for a moment: from a container that still runs, results are copied
 *   without waiting for its network and file system to be taken down. Not after 137, where only the
 *   engine knows whether memory was the reason.
 */
const ATTEMPT = `
exec 2> /dev/null
echo "$2"
(exec sh -e -c "$1" model-ci 2>&1)
code=$?
kill -KILL -1
echo "$2 exited $code"
[ "$code" = 137 ] || [ "$3" = 0 ] || sleep "$3"
exit "$code"
`;

/**
 * For `sh -c SERVICE model-ci SCRIPT`. Process 1 gets no signal that it does not ask for, and
 * its children get none at all, so it passes the engine's polite one on to everything.
 */
const SERVICE = `
exec 2> /dev/null
trap 'kill -TERM -1' TERM
(exec sh -e -c "$1" model-ci 2>&1) &
child=$!
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" || exit "$code"
done
`;

export function attemptCommand(options: {
  script: string;
  marker: string;
  lingerSeconds: number;
}): string[] {
  const { script, marker, lingerSeconds } = options;
  return shell(ATTEMPT, checked(script), marker, String(lingerSeconds));
}

export function serviceCommand(script: string): string[] {
  return shell(SERVICE, checked(script));
}

function shell(...args: string[]): string[] {
  const [program, ...rest] = args;
  return ['sh', '-c', program, 'model-ci', ...rest];
}

function checked(script: string): string {
  if (Buffer.byteLength(script) > MAX_SCRIPT_BYTES) {
    throw new InputError(
      `The script has more than ${MAX_SCRIPT_BYTES} bytes: move it to a file of the repository`,
    );
  }
  return script;
}
