import {
  parseUploadResult,
  type UploadResult,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Cluster } from '../cluster/Cluster';
import { READ_RECORD } from './scripts';
import { SIDECAR } from './podSchema';

/** What the sidecar noted of an attempt, where the stage could not write. */
export interface PodRecord {
  ranMs: number;
  /** When the stage was let go, if it was. */
  startedAt?: string;
  /** Why the stage was never started. */
  failure?: string;
  /** By the number of the upload. */
  results: ReadonlyMap<number, UploadResult>;
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
  const startedMs = after('started ', lines);
  const unstored = after('unstored ', lines);
  return {
    ranMs: Number(ran[1]),
    ...(startedMs !== undefined && {
      startedAt: new Date(Number(startedMs)).toISOString(),
    }),
    ...(failure !== undefined && { failure }),
    ...(unstored !== undefined && { unstored }),
    results: new Map(lines.flatMap(parseResult)),
  };
}

function after(word: string, lines: string[]): string | undefined {
  return lines.find(line => line.startsWith(word))?.slice(word.length);
}

function parseResult(line: string): Array<[number, UploadResult]> {
  const [, number, words = ''] = /^(\d+) (.*)$/.exec(line) ?? [];
  const result = parseUploadResult(words);
  return result ? [[Number(number), result]] : [];
}
