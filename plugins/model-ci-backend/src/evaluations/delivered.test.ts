import { Readable } from 'node:stream';
import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import { type CollectArguments, collectStage } from './testing/collectStage';
import {
  MemoryWorkspace,
  archive,
  type WorkspaceContent,
} from './testing/MemoryWorkspace';

const collect = (...args: CollectArguments) =>
  collectStage(new MemoryArtifactStore(), ...args);

describe('what was delivered', () => {
  const source = (files: WorkspaceContent) => async () =>
    [
      {
        from: { type: 'source' } as const,
        open: async () => Readable.from([await archive(Object.entries(files))]),
      },
    ];
  const stale = { given: '{"rmse": 1}' };

  it('is no report of the stage', async () => {
    const { failure, gates, reports } = await collect(
      {
        reports: { metrics: 'metrics.json' },
        gates: [{ metric: 'rmse', max: 5 }],
      },
      new MemoryWorkspace({ 'metrics.json': stale }),
      { delivered: source({ 'metrics.json': '{"rmse": 1}' }) },
    );

    expect(failure?.text).toBe(
      'The metrics report metrics.json is missing: metrics.json was in the source at this commit and the stage did not write it; let the command write it',
    );
    expect(reports).toEqual([]);
    expect(gates).toMatchObject([{ verdict: 'fail' }]);
  });

  it.each([
    ['was written again, with the same content', '{"rmse": 1}', stale.given],
    ['got its time from something else', stale, '{"rmse": 2}'],
  ])('is a report when it %s', async (_, now, before) => {
    const { failure, evaluations } = await collect(
      { reports: { metrics: 'metrics.json' } },
      new MemoryWorkspace({ 'metrics.json': now }),
      { delivered: source({ 'metrics.json': before }) },
    );
    expect(failure).toBeUndefined();
    expect(evaluations).toMatchObject([{ value: 1 }]);
  });

  it('is left out of a folder of reports', async () => {
    const suite = (name: string) =>
      `<testsuite><testcase name="${name}"/></testsuite>`;
    const { testCases } = await collect(
      { reports: { junit: 'reports' } },
      new MemoryWorkspace({
        'reports/old.xml': { given: suite('old') },
        'reports/new.xml': suite('new'),
      }),
      { delivered: source({ 'reports/old.xml': suite('old') }) },
    );
    expect(testCases.map(({ name }) => name)).toEqual(['new']);
  });

  const model = { 'model/a': { given: 'a' }, 'model/b': { given: 'b' } };

  it('is no artifact of the stage, also as a folder', async () => {
    const { failure, artifacts } = await collect(
      { artifacts: { model: 'model' } },
      new MemoryWorkspace(model),
      { delivered: source({ 'model/a': 'a', 'model/b': 'b' }) },
    );
    expect(artifacts).toEqual([]);
    expect(failure?.text).toBe(
      "Artifact 'model' (model): model was in the source at this commit and the stage did not write it",
    );
  });

  it('is part of an artifact in which something was written', async () => {
    const { failure, artifacts } = await collect(
      { artifacts: { model: 'model' } },
      new MemoryWorkspace({ ...model, 'model/c': 'c' }),
      { delivered: source({ 'model/a': 'a', 'model/b': 'b' }) },
    );
    expect(failure).toBeUndefined();
    expect(artifacts).toHaveLength(1);
  });

  it('names the stage whose artifact it is', async () => {
    const { failure } = await collect(
      { artifacts: { model: 'model' } },
      new MemoryWorkspace({ 'model/a': { given: 'a' } }),
      {
        delivered: async () => [
          ...(await source({ 'model/a': 'old' })()),
          {
            from: { type: 'artifact', name: 'weights', stage: 'train' },
            open: async () =>
              Readable.from([await archive([['model/a', 'a']])]),
          },
        ],
      },
    );
    expect(failure?.text).toContain(
      "model came with the artifact 'weights' of stage 'train' and the stage did not write it",
    );
  });
});
