import { InputError, NotFoundError } from '@backstage/errors';

/** What became of a path that an engine was to upload for itself. */
export type UploadResult =
  | { type: 'uploaded'; digest: string }
  | { type: 'missing' }
  | { type: 'refused'; reason: string }
  | { type: 'rejected'; status: number; answer: string };

/** Reads the words of a script, such as `uploaded sha256:…`; undefined for others. */
export function parseUploadResult(text: string): UploadResult | undefined {
  const [, word, rest = ''] =
    /^(uploaded|missing|refused|rejected)(?: ([\s\S]*))?$/.exec(text) ?? [];
  switch (word) {
    case 'uploaded':
      return { type: 'uploaded', digest: rest };
    case 'missing':
      return { type: 'missing' };
    case 'refused':
      return { type: 'refused', reason: rest };
    case 'rejected': {
      const [status, ...answer] = rest.split(' ');
      return {
        type: 'rejected',
        status: Number(status),
        answer: answer.join(' '),
      };
    }
    default:
      return undefined;
  }
}

/** What `collect` answers for a result, or rejects with. */
export function digestOf(
  result: UploadResult | undefined,
  path: string,
): string {
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
