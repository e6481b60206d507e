import { Readable } from 'node:stream';
import { InputError, NotFoundError } from '@backstage/errors';
import type { Cluster } from '../cluster/Cluster';
import { SIDECAR } from './podSchema';
import { SEND_PATH } from './scripts';

/** A tar archive of one plain path of an ended attempt, for what nobody has announced, through the API server. */
export async function collectPath(
  cluster: Cluster,
  pod: string,
  path: string,
): Promise<Readable> {
  const connection = new AbortController();
  const output = cluster.exec({
    pod,
    container: SIDECAR,
    command: ['sh', '-c', SEND_PATH, 'model-ci', path || '.'],
    signal: connection.signal,
  });
  const { line, rest } = await firstLine(output);
  const [word, reason] = splitAt(line, ' ');
  if (word === 'admitted') {
    return Readable.from(archiveOf(rest, output), { objectMode: false });
  }
  connection.abort();
  switch (word) {
    case 'missing':
      throw new NotFoundError(`There is no '${path}' in the workspace`);
    case 'refused':
      throw new InputError(reason);
    default:
      throw new Error(`The sidecar's answer is not understood: ${line}`);
  }
}

async function firstLine(
  output: AsyncGenerator<Buffer, number>,
): Promise<{ line: string; rest: Buffer }> {
  let held = Buffer.alloc(0);
  for (;;) {
    const { done, value } = await output.next();
    if (done) {
      throw new Error(`The sidecar ended with code ${value}`);
    }
    held = Buffer.concat([held, value]);
    const end = held.indexOf('\n');
    if (end >= 0) {
      return {
        line: held.subarray(0, end).toString(),
        rest: held.subarray(end + 1),
      };
    }
  }
}

async function* archiveOf(
  first: Buffer,
  output: AsyncGenerator<Buffer, number>,
): AsyncGenerator<Buffer, void> {
  if (first.length > 0) {
    yield first;
  }
  const code = yield* output;
  if (code > 1) {
    throw new Error(
      `The workspace could not be packed: tar ended with ${code}`,
    );
  }
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
