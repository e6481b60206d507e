import { ServiceUnavailableError } from '@backstage/errors';

/** What is shown of a command; the rest is a script of ours. */
const MAX_WORDS_CHARS = 200;

/** A command that could not be run, or was not answered: nothing follows from it. */
export class CommandError extends ServiceUnavailableError {
  constructor(
    words: readonly string[],
    answer?: { code?: number; stderr: string },
    cause?: unknown,
  ) {
    const said = [
      answer?.code === undefined ? 'no answer' : `exit code ${answer.code}`,
      ...(answer?.stderr ? [answer.stderr] : []),
      ...(cause === undefined ? [] : [String(cause)]),
    ].join(': ');
    super(
      `${words.join(' ').slice(0, MAX_WORDS_CHARS)} failed with ${said}`,
      cause,
    );
  }
}
