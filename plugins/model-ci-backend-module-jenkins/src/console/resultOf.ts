import { InputError, NotFoundError } from '@backstage/errors';
import type { Result } from './ConsoleFacts';

/** What `collect` answers for a result, or rejects with. */
export function digestOf(result: Result | undefined, path: string): string {
  switch (result?.type) {
    case 'uploaded':
      return result.digest;
    case undefined:
    case 'missing':
      throw new NotFoundError(`There is no '${path}' in the workspace`);
    case 'refused':
      throw new InputError(result.reason);
    case 'rejected':
      // 422: the backend knows why, and shows it
      throw result.status === 422
        ? new NotFoundError(`'${path}' was refused: ${result.answer}`)
        : new InputError(
            `'${path}' could not be stored (HTTP ${result.status}): ${result.answer}`,
          );
    default:
      return result satisfies never;
  }
}
