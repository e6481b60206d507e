import { createHash } from 'node:crypto';
import { InputError } from '@backstage/errors';
import { WORKSPACE } from './containerSpec';
import { READ_SECRETS } from './secretsFile';

// What Linux takes as one argument of a command
const MAX_SCRIPT_BYTES = 127 * 1024;

/**
 * Frames the log of an attempt: its first line, and in front of its exit code the last. Without the first line it
 * is known that the engine dropped the log's start. The stage can read the marker and write such lines itself, so
 * that nothing follows from them but where the stage's own words and results are.
 */
export function markerOf(attemptId: string): string {
  const digest = createHash('sha256').update(attemptId).digest('hex');
  return `model-ci:${digest.slice(0, 20)}`;
}

/** Bytes of one result that the log may carry, as an archive. */
const MAX_RESULT_BYTES = 256 * 1024;
/** Bytes of all results that the log may carry; it is read into memory. */
export const MAX_RESULTS_BYTES = 1024 * 1024;

/**
 * For `sh -c ATTEMPT model-ci SCRIPT MARKER RESULT_BYTES RESULT...`, as process 1 of the container.
 *
 * - Both streams are one pipe, so that their order is that of writing.
 * - The parentheses keep the shell from adding a word of its own when the script is killed.
 * - What the script left running is killed, as it would be when process 1 ends.
 * - Then it puts small results into the log, each as an archive between two lines, where the image has
 *   `tar`: the engine needs some ninety milliseconds for each path that is copied from it. The second line is
 *   missing where something is wrong or too large; such a result is copied after all. So is what lies behind
 *   a link: `cd -P` then leads elsewhere.
 */
const attempt = (interpreter: string, prepare: string) => `
exec 2> /dev/null
echo "$2"
(${prepare}PATH=$HOME/.local/bin:$PATH; export PATH; exec ${interpreter} -c "$1" model-ci 2>&1)
code=$?
kill -KILL -1
marker=$2 limit=$3
shift 3
for path do
  folder=${WORKSPACE}/$path
  cd -P "\${folder%/*}" && [ "$PWD" = "\${folder%/*}" ] && [ -e "$folder" ] || continue
  echo "$marker result $path"
  { tar -cf - "./\${path##*/}" && echo "$marker kept"; } | head -c "$limit"
done
echo "$marker exited $code"
exit "$code"
`;

/**
 * For `sh -c SERVICE model-ci SCRIPT`. Process 1 gets no signal that it does not ask for, and
 * its children get none at all, so it passes the engine's polite one on to everything.
 */
const service = (prepare: string) => `
exec 2> /dev/null
trap 'kill -TERM -1' TERM
(${prepare}PATH=$HOME/.local/bin:$PATH; export PATH; exec sh -e -c "$1" model-ci 2>&1) &
child=$!
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" || exit "$code"
done
`;

/** How each shell is called: it stops at the first command that fails; bash also where that is not the last of a pipe. */
const SHELLS = { sh: 'sh -e', bash: 'bash -e -o pipefail' } as const;

export function attemptCommand(options: {
  script: string;
  shell: keyof typeof SHELLS;
  marker: string;
  /** Plain paths of what will be collected. */
  results: string[];
  /** Whether there is a file of secrets to read. */
  hasSecrets: boolean;
}): string[] {
  const { script, marker, results } = options;
  const share = Math.floor(MAX_RESULTS_BYTES / Math.max(results.length, 1));
  return shell(
    attempt(SHELLS[options.shell], preparation(options)),
    checked(script),
    marker,
    String(Math.min(MAX_RESULT_BYTES, share)),
    ...results,
  );
}

export function serviceCommand(options: {
  script: string;
  hasSecrets: boolean;
}): string[] {
  return shell(service(preparation(options)), checked(options.script));
}

function preparation({ hasSecrets }: { hasSecrets: boolean }): string {
  return hasSecrets ? `${READ_SECRETS}\n` : '';
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
