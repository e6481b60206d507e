import { InputError, NotFoundError } from '@backstage/errors';
import type { Cluster } from '../cluster/Cluster';
import { READ_RECORD } from './scripts';
import { SIDECAR } from './podSchema';

export type Result =
  | { type: 'uploaded'; digest: string }
  | { type: 'missing' }
  | { type: 'refused'; reason: string }
  | { type: 'rejected'; status: number; answer: string };

/** What the sidecar noted of an attempt, where the stage could not write. */
export interface PodRecord {
  ranMs: number;
  /** Why the stage was never started. */
  failure?: string;
  /** By the number of the upload. */
  results: ReadonlyMap<number, Result>;
  /** Why not all of them are there yet. */
  unstored?: string;
}

/** Waits for the end, and then so long for results that are not stored yet. */
export async function readRecord(
  cluster: Cluster,
  pod: string,
  { patienceSeconds, signal }: { patienceSeconds: number; signal: AbortSignal },
): Promise<PodRecord> {
  const chunks: Buffer[] = [];
  const output = cluster.exec({
    pod,
    container: SIDECAR,
    command: ['sh', '-c', READ_RECORD, 'model-ci', String(patienceSeconds)],
    signal,
  });
  for await (const chunk of output) {
    chunks.push(chunk);
  }
  return parseRecord(Buffer.concat(chunks).toString());
}

export function parseRecord(text: string): PodRecord {
  const lines = text.split('\n').filter(line => line !== 'alive');
  const ran = /^ran (-?\d+)$/.exec(lines[0]);
  // A connection may lose what was written last
  if (!ran || lines.at(-2) !== 'end') {
    throw new Error(`The sidecar's record is not whole: ${text.slice(0, 200)}`);
  }
  const failure = after('fetch-failed ', lines);
  const unstored = after('unstored ', lines);
  return {
    ranMs: Number(ran[1]),
    ...(failure !== undefined && { failure }),
    ...(unstored !== undefined && { unstored }),
    results: new Map(lines.flatMap(parseResult)),
  };
}

function after(word: string, lines: string[]): string | undefined {
  return lines.find(line => line.startsWith(word))?.slice(word.length);
}

function parseResult(line: string): Array<[number, Result]> {
  const [, number, word, rest = ''] =
    /^(\d+) (uploaded|missing|refused|rejected)(?: (.*))?$/.exec(line) ?? [];
  switch (word) {
    case 'uploaded':
      return [[Number(number), { type: 'uploaded', digest: rest }]];
    case 'missing':
      return [[Number(number), { type: 'missing' }]];
    case 'refused':
      return [[Number(number), { type: 'refused', reason: rest }]];
    case 'rejected': {
      const [status, ...answer] = rest.split(' ');
      return [
        [
          Number(number),
          {
            type: 'rejected',
            status: Number(status),
            answer: answer.join(' '),
          },
        ],
      ];
    }
    default:
      return [];
  }
}

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
