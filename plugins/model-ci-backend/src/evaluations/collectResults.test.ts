import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { InputError, ServiceUnavailableError } from '@backstage/errors';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import { FileSystemArtifactStore } from '../storage/FileSystemArtifactStore';
import { collectReport } from './collectReport';
import { createMetricsReader } from './reports/metrics';
import { type CollectArguments, collectStage } from './testing/collectStage';
import { MemoryWorkspace, archive } from './testing/MemoryWorkspace';

const JUNIT = `<testsuite name="s"><testcase name="test_fit"/><testcase name="test_predict"><failure message="3 != 4"/></testcase></testsuite>`;

describe('collectResults', () => {
  let directory: string;
  let store: ArtifactStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'collect-results-'));
    store = await FileSystemArtifactStore.create({ directory });
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  const collect = (...args: CollectArguments) => collectStage(store, ...args);

  const storedFiles = async () =>
    (await readdir(directory, { recursive: true, withFileTypes: true })).filter(
      file => file.isFile(),
    );

  it('finds nothing in a stage that declares nothing, without asking the executor', async () => {
    const executor = new MemoryWorkspace({});

    expect(await collect({}, executor)).toEqual({
      artifacts: [],
      reports: [],
      testCases: [],
      evaluations: [],
      exampleSets: [],
      curves: [],
      gates: [],
      failure: undefined,
    });
    expect(executor.collected).toEqual([]);
  });

  it('reads reports, stores them and artifacts, and judges the gates', async () => {
    const metrics = '{"rmse": 24.5}';
    const results = await collect(
      {
        reports: {
          junit: 'reports/junit.xml',
          metrics: './reports/metrics.json',
          predictions: 'reports/predictions.jsonl',
        },
        artifacts: { model: 'model/' },
        gates: [{ metric: 'rmse', max: 30 }],
      },
      new MemoryWorkspace({
        'reports/junit.xml': JUNIT,
        'reports/metrics.json': metrics,
        'reports/predictions.jsonl': '{"id": 1, "prediction": 2}\n',
        model: { type: 'directory' },
        'model/theta.json': '[1, 2]',
      }),
    );

    expect(results).toMatchObject({
      failure: undefined,
      artifacts: [{ name: 'model', path: 'model' }],
      reports: [
        { kind: 'junit', path: 'reports/junit.xml', tests: 2, failures: 1 },
        { kind: 'metrics', path: 'reports/metrics.json', metrics: 1 },
        { kind: 'predictions', predictions: 1 },
      ],
      exampleSets: [{ dataset: 'houses', datasetDigest: 'sha256:1', count: 1 }],
      testCases: [{ name: 'test_fit' }, { name: 'test_predict' }],
      evaluations: [
        {
          metric: 'rmse',
          value: 24.5,
          dataset: 'houses',
          datasetDigest: 'sha256:1',
          higherIsBetter: false,
        },
      ],
      gates: [
        {
          metric: 'rmse',
          verdict: 'pass',
          value: 24.5,
          reason: expect.objectContaining({
            text: 'rmse on houses 24.5 is within the limit 30',
          }),
        },
      ],
    });
    const [, metricsReport] = results.reports;
    expect(await text(await store.open(metricsReport.digest))).toBe(metrics);
    const [model] = results.artifacts;
    expect(await store.size(model.digest)).toBe(model.size);
  });

  it('gives an artifact the same digest when it is collected again', async () => {
    const content = { 'model/theta.json': '[1, 2]' };
    const declared = { artifacts: { model: 'model' } };
    const first = await collect(declared, new MemoryWorkspace(content));
    const second = await collect(declared, new MemoryWorkspace(content));
    expect(first.artifacts).toEqual(second.artifacts);
  });

  it('says everything that is wrong at once, and what to do', async () => {
    const { failure, reports, artifacts } = await collect(
      {
        reports: {
          junit: 'junit.xml',
          metrics: 'metrics.json',
          predictions: 'predictions.jsonl',
        },
        artifacts: { model: 'model', plots: 'plots' },
        gates: [{ metric: 'rmse', max: 30 }],
      },
      new MemoryWorkspace({
        'junit.xml': '<html/>',
        'metrics.json': '{\n "rmse": low}',
        'plots/a.png': { type: 'symlink', linkname: '/etc/passwd' },
      }),
    );

    expect(failure?.text.split('\n')).toEqual([
      expect.stringMatching(
        /^The junit report junit\.xml cannot be read, line 1, column \d+: the outermost element is "html"/,
      ),
      'The metrics report metrics.json cannot be read, line 2, column 10: expected a value, found "low}"',
      `The predictions report predictions.jsonl is missing: the command did not write it; let it write the file, or correct the path under 'reports.predictions'`,
      `Artifact 'model' (model): nothing is there after the command; let the stage write it, or correct the path under 'artifacts'`,
      `Artifact 'plots' (plots): 'plots/a.png' is a link to '/etc/passwd', which leaves the workspace: link to a path within it, relative to the link, or copy the file`,
    ]);
    expect(reports).toEqual([]);
    expect(artifacts).toEqual([]);
    expect(await storedFiles()).toEqual([]);
  });

  it('fails a stage whose gate fails, and keeps what was measured', async () => {
    const results = await collect(
      {
        reports: { metrics: 'm.json' },
        artifacts: { model: 'm.json' },
        gates: [
          { metric: 'rmse', max: 30 },
          { metric: 'mae', max: 3 },
        ],
      },
      new MemoryWorkspace({ 'm.json': '{"rmse": 31.2}' }),
    );

    expect(results.failure?.text).toBe(
      'Gate: rmse on houses 31.2 is above the limit 30\nGate: mae was not reported: m.json holds rmse',
    );
    expect(results.gates.map(g => g.verdict)).toEqual(['fail', 'fail']);
    expect(results.evaluations).toHaveLength(1);
    expect(results.artifacts).toHaveLength(1);
  });

  it('names the failed tests of a failed command, and demands nothing that it could not write', async () => {
    const results = await collect(
      {
        reports: { junit: 'junit.xml', metrics: 'metrics.json' },
        artifacts: { model: 'model' },
        gates: [{ metric: 'rmse', max: 30 }],
      },
      new MemoryWorkspace({ 'junit.xml': JUNIT, 'model/half': 'x' }),
      { commandSucceeded: false },
    );

    expect(results.failure?.text).toBe('1 of 2 tests failed: test_predict');
    expect(results.testCases).toHaveLength(2);
    expect(results.gates).toEqual([]);
    expect(results.artifacts).toEqual([]);
  });

  it.each([
    ['a folder', { type: 'directory' }, 'this is a folder'],
    ['a link', { type: 'symlink', linkname: 'other' }, 'this is a link'],
    ['a pipe', { type: 'fifo' }, 'this is a fifo'],
  ] as const)('refuses %s as a report', async (_, header, problem) => {
    const { failure } = await collect(
      { reports: { metrics: 'm.json' } },
      new MemoryWorkspace({ 'm.json': header }),
    );
    expect(failure?.text).toContain(
      `The metrics report m.json cannot be read: ${problem}`,
    );
  });

  it('refuses a report that is larger than those that are read, without reading it', async () => {
    const { malformed } = await collectReport({
      executor: new MemoryWorkspace({ 'm.json': Buffer.alloc(11, ' ') }),
      handle: {},
      store,
      kind: 'metrics',
      path: 'm.json',
      maxBytes: 10,
      maxFiles: 1,
      createReader: () => createMetricsReader(),
      keep: async report => report,
    });
    expect(malformed[0].error.message).toBe(
      'the file has 11 bytes; at most 10 are read',
    );
  });

  it('reads what lm-evaluation-harness left in a folder', async () => {
    const { evaluations, exampleSets, reports, failure } = await collect(
      {
        reports: { 'lm-eval': 'out', directions: { 'sums.churn': 'lower' } },
        gates: [{ metric: 'sums.acc', max: 0.4 }],
      },
      new MemoryWorkspace({
        out: { type: 'directory' },
        'out/m/results_2026.json':
          '{"results": {"sums": {"acc,none": 0.5, "churn,none": 1, "alias": "x"}}, "task_hashes": {"sums": "ff"}, "n-samples": {"sums": {"effective": 2}}}',
        'out/m/samples_sums_2026-01-01T00-00-00.000001.jsonl':
          '{"doc_id":0,"metrics":["acc"],"acc":1,"filtered_resps":["a"],"target":"a"}\n{"doc_id":1,"metrics":["acc"],"acc":0,"filtered_resps":["b"],"target":"a"}\n',
        'out/m/other.json': 'x',
      }),
    );
    expect(evaluations).toMatchObject([
      { metric: 'sums.acc', value: 0.5, n: 2, dataset: 'houses' },
      { metric: 'sums.churn', higherIsBetter: false },
    ]);
    expect(exampleSets).toMatchObject([
      { task: 'sums', taskHash: 'ff', count: 2, dataset: 'houses' },
    ]);
    expect(reports).toMatchObject([
      { kind: 'lm-eval', metrics: 2 },
      { kind: 'lm-eval', examples: 2 },
    ]);
    expect(failure?.text).toBe(
      'Gate: sums.acc on houses 0.5 is above the limit 0.4',
    );
  });

  const orderOfWrites = async (write: jest.SpiedFunction<typeof store.write>) =>
    await Promise.all(
      write.mock.results.map(async ({ value }) => {
        const content = await text(await store.open((await value).digest));
        return content.startsWith('MCIEXS') ? 'examples' : 'file';
      }),
    );

  it('stores the examples of a task before it reads those of the next', async () => {
    const write = jest.spyOn(store, 'write');
    const { exampleSets } = await collect(
      { reports: { 'lm-eval': 'out' } },
      new MemoryWorkspace({
        out: { type: 'directory' },
        'out/samples_a.jsonl': '{"doc_id":0,"acc":1}\n',
        'out/samples_b.jsonl': '{"doc_id":0,"acc":0}\n',
      }),
    );
    expect(exampleSets.map(({ task }) => task)).toEqual(['a', 'b']);
    expect(await orderOfWrites(write)).toEqual([
      'file',
      'examples',
      'file',
      'examples',
    ]);
  });

  it('stores the predictions of a file before it reads those of the next', async () => {
    const write = jest.spyOn(store, 'write');
    const { exampleSets, reports } = await collect(
      { reports: { predictions: 'out/*.jsonl' } },
      new MemoryWorkspace({
        out: { type: 'directory' },
        'out/a.jsonl': '{"id":0,"prediction":1}\n',
        'out/b.jsonl': '{"id":0,"prediction":0}\n{"id":1,"prediction":0}\n',
      }),
    );
    expect(exampleSets.map(({ count }) => count)).toEqual([1, 2]);
    expect(reports).toMatchObject([
      { kind: 'predictions', path: 'out/a.jsonl', predictions: 1 },
      { kind: 'predictions', path: 'out/b.jsonl', predictions: 2 },
    ]);
    expect(await orderOfWrites(write)).toEqual([
      'file',
      'examples',
      'file',
      'examples',
    ]);
  });

  it('fails the stage whose report is more than a reader was made for', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const { failure } = await collect(
      { reports: { 'lm-eval': 'samples_a.jsonl' } },
      new MemoryWorkspace({
        'samples_a.jsonl': `{"doc_id":0,"metrics":[${deep}]}\n`,
      }),
    );
    expect(failure?.text).toContain(
      'samples_a.jsonl cannot be read: the file holds texts that are longer',
    );
  });

  it('measures the slices of predictions that the stage has not reported itself', async () => {
    const line = (id: number, target: number, age: string) =>
      `{"id":${id},"prediction":1,"target":${target},"slices":{"age":"${age}"}}\n`;
    const { evaluations, reports } = await collect(
      { reports: { metrics: 'm.json', predictions: 'p.jsonl' } },
      new MemoryWorkspace({
        'm.json':
          '[{"name": "mae", "value": 1, "dataset": "houses"}, {"name": "mae", "value": 9, "slice": "age=65+"}]',
        'p.jsonl':
          line(1, 1, 'young') + line(2, 3, 'young') + line(3, 4, '65+'),
      }),
    );
    expect(evaluations).toMatchObject([
      { metric: 'mae', value: 1 },
      { metric: 'mae', value: 9, slice: 'age=65+' },
      {
        metric: 'mae',
        value: 1,
        slice: 'age=young',
        stderr: 1,
        n: 2,
        dataset: 'houses',
        datasetDigest: 'sha256:1',
        higherIsBetter: false,
      },
    ]);
    expect(reports[1]).toMatchObject({ predictions: 3, slices: 2 });
  });

  it('reads steps of training in all their forms, and only the newest state of a trainer', async () => {
    const state = (step: number) =>
      `{"log_history": [{"step": ${step}, "loss": 1}]}`;
    const { curves, reports, failure } = await collect(
      {
        reports: {
          series: ['logs/train.jsonl', 'logs/**/*.csv', 'output'],
        },
      },
      new MemoryWorkspace({
        logs: { type: 'directory' },
        'logs/a/steps.csv': 'step,accuracy\n1,0.5\n2,nan\n',
        'logs/train.jsonl': '{"step": 10, "loss": 0.4, "note": "x"}\n',
        output: { type: 'directory' },
        'output/checkpoint-5/trainer_state.json': state(5),
        'output/checkpoint-10/trainer_state.json': state(10),
        'output/other.json': 'x',
      }),
    );
    expect(failure).toBeUndefined();
    expect(curves).toMatchObject([
      { path: 'logs/train.jsonl', metric: 'loss', last: { step: 10 } },
      {
        path: 'logs/a/steps.csv',
        metric: 'accuracy',
        count: 2,
        gaps: 1,
        points: { index: [0, 1], step: [1, 2], value: [0.5, null] },
      },
      { path: 'output/checkpoint-10/trainer_state.json', metric: 'loss' },
    ]);
    expect(reports).toMatchObject([
      { kind: 'series', metrics: 1, steps: 1, leftOut: 1 },
      { kind: 'series', metrics: 1, steps: 2 },
      { kind: 'series', metrics: 1, steps: 1 },
    ]);
  });

  it('says which line of a series is wrong', async () => {
    const { failure } = await collect(
      { reports: { series: 'a.jsonl' } },
      new MemoryWorkspace({ 'a.jsonl': '{"loss": 1}\nloss: 2\n' }),
    );
    expect(failure?.text).toBe(
      'The series report a.jsonl cannot be read, line 2: not JSON: "loss: 2"',
    );
  });

  it('fails a gate on what was not measured', async () => {
    const { gates, reports } = await collect(
      { reports: { metrics: 'm.json' }, gates: [{ metric: 'rmse', max: 30 }] },
      new MemoryWorkspace({ 'm.json': '{"rmse": NaN, "model": "tree"}' }),
    );
    expect(gates).toMatchObject([
      {
        verdict: 'fail',
        reason: {
          text: 'rmse on houses was not measured: the report says that it is not a number',
        },
      },
    ]);
    expect(reports).toMatchObject([{ metrics: 1, leftOut: 1 }]);
  });

  it('blames the stage for what the executor refuses as its input', async () => {
    const executor = new MemoryWorkspace({}, () => new InputError('links out'));
    const { failure } = await collect(
      { reports: { metrics: 'm.json' }, artifacts: { model: 'model' } },
      executor,
    );
    expect(failure?.text).toBe(
      `The metrics report m.json cannot be read: links out\nArtifact 'model' (model): links out`,
    );
  });

  it.each(['at the call', 'before the first byte', 'in mid-stream'])(
    'blames the stage for what the executor refuses %s, however it is wrapped',
    async when => {
      const whole = await archive([['model/w', Buffer.alloc(300_000)]]);
      const error = new Error('cannot be read', {
        cause: new InputError('model/v is a link that leaves the workspace'),
      });
      const executor = new MemoryWorkspace({}, () => {
        if (when === 'at the call') return error;
        async function* breakOff() {
          if (when === 'in mid-stream') yield whole.subarray(0, 100_000);
          throw error;
        }
        return Readable.from(breakOff(), { objectMode: false });
      });
      const { failure } = await collect(
        {
          reports: { predictions: 'model/p.jsonl' },
          artifacts: { model: 'model' },
        },
        executor,
      );
      expect(failure?.text).toBe(
        `The predictions report model/p.jsonl cannot be read: model/v is a link that leaves the workspace\nArtifact 'model' (model): model/v is a link that leaves the workspace`,
      );
      expect(await storedFiles()).toEqual([]);
    },
  );

  it('blames the stage for a report that the executor refuses halfway', async () => {
    const whole = await archive([['m.json', Buffer.alloc(300_000, ' ')]]);
    const executor = new MemoryWorkspace({}, () =>
      Readable.from(
        (async function* breakOff() {
          yield whole.subarray(0, 100_000);
          throw new InputError('m.json changed while it was read');
        })(),
        { objectMode: false },
      ),
    );
    const { failure } = await collect(
      { reports: { metrics: 'm.json' } },
      executor,
    );
    expect(failure?.text).toBe(
      'The metrics report m.json cannot be read: m.json changed while it was read',
    );
    expect(await storedFiles()).toEqual([]);
  });

  it('does not blame the stage for what the store refuses', async () => {
    const picky: ArtifactStore = {
      ...store,
      async write(content) {
        const error = new InputError('The bucket has no such name');
        content.on('error', () => {}).destroy(error);
        throw error;
      },
    };
    const executor = new MemoryWorkspace({ 'm.json': '{"rmse": 1}' });
    await expect(
      collect({ reports: { metrics: 'm.json' } }, executor, { store: picky }),
    ).rejects.toThrow('The bucket has no such name');
    await expect(
      collect({ artifacts: { m: 'm.json' } }, executor, { store: picky }),
    ).rejects.toThrow('The bucket has no such name');
  });

  it.each(['reports', 'artifacts'])(
    'rejects when the platform fails while it collects %s',
    async what => {
      const unreachable = new Error('the engine at 10.0.0.5 does not answer');
      const executor = new MemoryWorkspace({}, () => unreachable);
      await expect(
        collect(
          what === 'reports'
            ? { reports: { metrics: 'm.json' } }
            : { artifacts: { model: 'm' } },
          executor,
        ),
      ).rejects.toThrow(unreachable);
    },
  );

  it('rejects when the archive breaks off, and keeps nothing of it', async () => {
    const whole = await archive([['model/w', Buffer.alloc(300_000)]]);
    const executor = new MemoryWorkspace({}, () =>
      Readable.from([whole.subarray(0, 100_000)], { objectMode: false }),
    );
    await expect(
      collect({ artifacts: { model: 'model' } }, executor),
    ).rejects.toThrow();
    await expect(
      collect({ reports: { predictions: 'model/w' } }, executor),
    ).rejects.toThrow();
    expect(await storedFiles()).toEqual([]);
  });

  it('rejects when the store is full', async () => {
    const full: ArtifactStore = {
      ...store,
      async write(content) {
        content.destroy();
        throw new ServiceUnavailableError('The disk is full');
      },
    };
    const executor = new MemoryWorkspace({ 'm.json': '{"rmse": 1}' });
    await expect(
      collect({ reports: { metrics: 'm.json' } }, executor, { store: full }),
    ).rejects.toThrow('The disk is full');
    await expect(
      collect({ artifacts: { m: 'm.json' } }, executor, { store: full }),
    ).rejects.toThrow('The disk is full');
  });

  it('recognizes a refusal even through a store that wraps errors', async () => {
    const wrapping: ArtifactStore = {
      ...store,
      write: content =>
        store.write(content).catch(cause => {
          throw new Error('upload failed', { cause });
        }),
    };
    const { failure } = await collect(
      { reports: { metrics: 'm.json' }, artifacts: { pipe: 'pipe' } },
      new MemoryWorkspace({ 'm.json': '{', pipe: { type: 'fifo' } }),
      { store: wrapping },
    );
    expect(failure?.text).toMatch(/m\.json cannot be read, line 1/);
    expect(failure?.text).toMatch(/'pipe' is a fifo/);
  });
});
