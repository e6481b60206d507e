import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import { openExampleSet } from '../../examples/openExampleSet';
import { isStatistical } from '../demandOf';
import { judgeStage } from '../judgeStage';
import type { JudgedGate, StageEvidence } from '../types';
import { THREAD_FILE } from './judgingThread';
import {
  ROLE,
  type FromThread,
  type ReadRequest,
  type Task,
  type ToThread,
} from './protocol';

type RangeStore = Pick<ArtifactStore, 'open'>;

/** Up to so many examples a bootstrap takes a few milliseconds: less than a thread takes to start. */
const FEW_EXAMPLES = 300;

/** Judges the gates of a stage, in a thread of its own where that may take long. */
export async function judgeGates(
  evidence: StageEvidence,
  store: RangeStore,
): Promise<JudgedGate[]> {
  return isLong(evidence)
    ? await judgeInThread(evidence, store)
    : await judgeStage(evidence, digest => openExampleSet(store, digest));
}

function isLong({ gates, examples }: StageEvidence): boolean {
  return (
    gates.some(gate => isStatistical(gate) || gate.slices !== undefined) &&
    examples.some(({ count }) => count > FEW_EXAMPLES)
  );
}

/** Rejects with what the thread fails with; the caller tries again as with everything that it collects. */
export async function judgeInThread(
  evidence: StageEvidence,
  store: RangeStore,
): Promise<JudgedGate[]> {
  const task: Task = { role: ROLE, evidence };
  const worker = new Worker(THREAD_FILE, {
    workerData: task,
    execArgv: execArgvOf(THREAD_FILE),
  });
  try {
    return await new Promise<JudgedGate[]>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', code =>
        reject(new Error(`The judging thread ended with code ${code}`)),
      );
      worker.on('message', (message: FromThread) => {
        if (message.type === 'judged') {
          resolve(message.gates);
        } else {
          void answer(worker, store, message);
        }
      });
    });
  } finally {
    await worker.terminate();
  }
}

async function answer(
  worker: Worker,
  store: RangeStore,
  { id, digest, start, end }: ReadRequest,
): Promise<void> {
  try {
    const bytes = new Uint8Array(
      await buffer(await store.open(digest, { start, end })),
    );
    const found: ToThread = { type: 'bytes', id, bytes };
    worker.postMessage(found, [bytes.buffer]);
  } catch (error) {
    const failed: ToThread = { type: 'failed', id, message: String(error) };
    worker.postMessage(failed);
  }
}

/** From sources, a thread needs what lets the process read TypeScript; the built package is plain JavaScript. */
function execArgvOf(file: string): string[] {
  const own = process.execArgv;
  if (!file.endsWith('.ts') || own.some(arg => arg.includes('nodeTransform'))) {
    return own;
  }
  const transform = createRequire(file).resolve(
    '@backstage/cli/config/nodeTransform.cjs',
  );
  return [...own, '--require', transform];
}
