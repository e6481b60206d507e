/* eslint-disable no-console */
/**
 * How fast secrets are masked in a log, beside copying its bytes.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/masking.ts [MEGABYTES]
 */
import { Masks } from '../plugins/model-ci-backend/src/masking/Masks';

const CHUNK = 64 * 1024;
const ROUNDS = 5;

/** Letters and digits that are the same each time. */
function textOf(length: number, seed: number): string {
  const alphabet =
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let state = seed;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return alphabet[state >>> 26];
  }).join('');
}

/** What training writes, with a secret in one line of a thousand. */
function logOf(bytes: number, secret: string): Buffer {
  const lines: string[] = [];
  for (let size = 0, step = 0; size < bytes; step++) {
    const line =
      step % 1000 === 999
        ? `{"level":"debug","authorization":"Bearer ${secret}"}\n`
        : `epoch ${step >> 7} step ${step} loss ${(1 / (step + 1)).toFixed(
            6,
          )} lr 0.0003 throughput 1824.5 samples/s\n`;
    lines.push(line);
    size += line.length;
  }
  return Buffer.from(lines.join(''));
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

function rate(log: Buffer, copy: (chunk: Buffer) => Buffer): number {
  return median(
    Array.from({ length: ROUNDS }, () => {
      const start = process.hrtime.bigint();
      for (let at = 0; at < log.length; at += CHUNK) {
        copy(log.subarray(at, at + CHUNK));
      }
      return log.length / (Number(process.hrtime.bigint() - start) / 1e3);
    }),
  );
}

function main(): void {
  const megabytes = Number(process.argv[2] ?? 64);
  const token = textOf(40, 1);
  const log = logOf(megabytes * 1e6, token);
  const cases: Array<[string, string[]]> = [
    ['1 token of 40 characters', [token]],
    [
      '10 tokens of 40 characters',
      Array.from({ length: 10 }, (_, i) => textOf(40, i + 1)),
    ],
    ['1 private key of 3 KiB', [textOf(3072, 7).replace(/.{64}/g, '$&\n')]],
    ['1 value of 64 KiB', [textOf(65_536, 9)]],
  ];
  const plain = rate(log, chunk => Buffer.from(chunk));
  console.log(`copied without masks: ${plain.toFixed(0)} MB/s`);
  for (const [what, values] of cases) {
    const before = process.memoryUsage().arrayBuffers;
    const start = performance.now();
    const masks = new Masks(values);
    const made = performance.now() - start;
    const memory = (process.memoryUsage().arrayBuffers - before) / 1e6;
    const masked = median(
      Array.from({ length: ROUNDS }, () => {
        const stream = masks.stream();
        const begun = process.hrtime.bigint();
        for (let at = 0; at < log.length; at += CHUNK) {
          stream?.add(log.subarray(at, at + CHUNK));
        }
        stream?.end();
        return log.length / (Number(process.hrtime.bigint() - begun) / 1e3);
      }),
    );
    console.log(
      `${what}: ${masked.toFixed(0)} MB/s; made in ${made.toFixed(
        1,
      )} ms, ${memory.toFixed(1)} MB`,
    );
  }
}

main();
