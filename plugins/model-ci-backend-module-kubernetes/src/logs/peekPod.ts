import { posix } from 'node:path';
import {
  comparePaths,
  decodeName,
  encodeName,
  type GrowingFile,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Cluster } from '../cluster/Cluster';
import { STAGE } from '../pods/podSchema';
import { LIST_FILES, READ_FILE } from '../pods/scripts';

/**
 * The plain files at or below one plain path of a running stage's workspace. They are read in the stage's own
 * container: whatever it makes of its paths meanwhile, nothing is read that it could not read itself.
 */
export async function* peekPod(
  cluster: Cluster,
  pod: string,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<GrowingFile, void> {
  signal.throwIfAborted();
  const folder = posix.dirname(path || '.');
  const run = (script: string, ...args: string[]) =>
    cluster.exec({
      pod,
      container: STAGE,
      command: ['sh', '-c', script, 'model-ci', ...args],
      signal,
    });
  const chunks: Buffer[] = [];
  for await (const chunk of run(
    LIST_FILES,
    folder,
    posix.basename(path || '.'),
  )) {
    chunks.push(chunk);
  }
  const files = decodeName(Buffer.concat(chunks))
    .split('\n')
    .flatMap(line => {
      const [, size, name] = /^(\d+) \.\/(.+)$/.exec(line) ?? [];
      return name === undefined
        ? []
        : [{ path: posix.join(folder, name), size: Number(size) }];
    })
    .sort((one, other) => comparePaths(one.path, other.path));
  for (const { path: file, size } of files) {
    yield {
      path: file,
      size,
      read: offset =>
        size > offset && isText(file)
          ? run(
              READ_FILE,
              posix.dirname(file),
              posix.basename(file),
              String(offset),
              String(size - offset),
            )
          : nothing(),
    };
  }
}

/** An argument of a command is text; a file whose name is not cannot be named in one. */
function isText(name: string): boolean {
  return encodeName(name).toString('utf8') === name;
}

async function* nothing(): AsyncGenerator<Buffer, void> {}
