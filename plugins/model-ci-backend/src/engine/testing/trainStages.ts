import type { Knex } from 'knex';
import { createEngines, driveUntil, type EngineFixture } from './createEngines';
import { FakeExecutor, type FakeTask } from './FakeExecutor';

/** Writes the model and its error; a point with a rate of 9 fails. */
export function train(task: FakeTask): void {
  const { PARAM_RATE: rate = '0', PARAM_DEPTH: depth = '0' } = task.spec.env;
  task.write(`rate ${rate}, depth ${depth}\n`);
  task.files['model/weights'] = `${rate}/${depth}`;
  task.files['metrics.json'] = JSON.stringify({
    rmse: Number(rate) + Number(depth),
  });
  task.exit(rate === '9' ? 3 : 0);
}

export const MATRIX = 'matrix: { rate: [1, 2], depth: [4, 8] }';
export const TRAIN = [
  'run: train',
  'artifacts: { model: model }',
  'reports: { metrics: metrics.json }',
];

export function pipeline(
  stages: Record<string, string[]>,
): Record<string, string> {
  return {
    'model-pipeline.yaml': [
      'version: 1',
      'stages:',
      ...Object.entries(stages).flatMap(([name, keys]) => [
        `  ${name}:`,
        ...keys.map(key => `    ${key}`),
      ]),
      '',
    ].join('\n'),
  };
}

/** Starts a run of these stages, whose tasks `script` works on. */
export async function startStages(
  db: Knex,
  stages: Record<string, string[]>,
  script: (task: FakeTask) => void = train,
) {
  const executor = new FakeExecutor({ script });
  const fixture = createEngines(db, {
    files: pipeline(stages),
    executors: [executor],
  });
  const id = await fixture.start();
  return { db, executor, id, ...fixture };
}

export async function untilEnded(
  fixture: Pick<EngineFixture, 'engine' | 'runs'>,
  id: string,
  options?: { seconds: number },
) {
  const isEnded = async () => {
    const { status } = await fixture.runs.get(id);
    return !['queued', 'running'].includes(status);
  };
  await driveUntil(fixture.engine, isEnded, options);
  await fixture.engine.settled();
  return await fixture.runs.get(id);
}
