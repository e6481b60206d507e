import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import { type CollectArguments, collectStage } from './testing/collectStage';
import { MemoryWorkspace } from './testing/MemoryWorkspace';

const collect = (...args: CollectArguments) =>
  collectStage(new MemoryArtifactStore(), ...args);

describe('reports of many files', () => {
  const suite = (name: string) =>
    `<testsuite><testcase name="${name}"/></testsuite>`;
  const files = {
    'target/TEST-a.xml': suite('a'),
    'target/TEST-b.xml': suite('b'),
    'target/deep/TEST-c.xml': suite('c'),
    'target/notes.txt': 'no report',
    'other.xml': suite('other'),
  };

  it.each<[string | string[], string[]]>([
    ['target/TEST-*.xml', ['a', 'b']],
    ['target', ['a', 'b', 'c']],
    ['target/', ['a', 'b', 'c']],
    ['**/TEST-?.xml', ['a', 'b', 'c']],
    [
      ['other.xml', 'target/TEST-a.xml'],
      ['other', 'a'],
    ],
    [
      ['target/TEST-a.xml', 'target'],
      ['a', 'b', 'c'],
    ],
  ])('are read: %j', async (junit, names) => {
    const results = await collect(
      { reports: { junit } },
      new MemoryWorkspace(files),
    );
    expect(results.failure).toBeUndefined();
    expect(results.testCases.map(({ name }) => name)).toEqual(names);
    expect(results.reports).toHaveLength(names.length);
    expect(new Set(results.reports.map(({ path }) => path)).size).toBe(
      names.length,
    );
  });

  it('fail the stage once for each path with nothing at it', async () => {
    const { failure, reports } = await collect(
      { reports: { junit: ['target/TEST-a.xml', 'no/*.xml', 'gone.xml'] } },
      new MemoryWorkspace(files),
    );
    expect(failure?.text.split('\n')).toEqual([
      expect.stringContaining('The junit report no/*.xml is missing'),
      expect.stringContaining('The junit report gone.xml is missing'),
    ]);
    expect(reports).toHaveLength(1);
  });

  it('report a metric once', async () => {
    const { failure, evaluations } = await collect(
      { reports: { metrics: 'm/*.json' } },
      new MemoryWorkspace({
        'm/a.json': '{"rmse": 1}',
        'm/b.json': '{"rmse": 2, "mae": 3}',
      }),
    );
    expect(failure?.text).toBe(
      'rmse is reported in m/a.json and in m/b.json; report it once, or name different data sets',
    );
    expect(evaluations).toMatchObject([
      { metric: 'rmse', value: 1 },
      { metric: 'mae', value: 3 },
    ]);
  });

  it('are read where a link leads', async () => {
    const { evaluations } = await collect(
      { reports: { metrics: 'latest/metrics.json' } },
      new MemoryWorkspace({
        'latest/metrics.json': { type: 'symlink', linkname: '../1/m.json' },
        '1/m.json': '{"rmse": 7}',
      }),
    );
    expect(evaluations).toMatchObject([{ value: 7 }]);
  });
});
