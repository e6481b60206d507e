import { describeError } from '../describeError';

/** Reading or parsing an archive failed: whoever sends it is to blame, and neither the platform nor its store. */
export class UnreadableArchiveError extends Error {
  override readonly name = 'UnreadableArchiveError';

  /** `problem`: what was thrown while it was read. */
  constructor(readonly problem: unknown) {
    super(describeError(problem));
  }
}
