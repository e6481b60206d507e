import { createReadStream, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MemoryArtifactStore } from '../../engine/testing/MemoryArtifactStore';
import { exampleRows } from '../../examples/exampleRows';
import { openExampleSet } from '../../examples/openExampleSet';
import { writeExampleSet } from '../../examples/writeExampleSet';
import { joinLmEval } from '../collectLmEval';
import { createLmEvalReader, isLmEvalFile, type LmEvalFile } from './lmEval';
import { MalformedReportError } from './ReportReader';

/** As lm-evaluation-harness wrote them; `make.py` made it. */
const OUTPUT = join(__dirname, '__fixtures__/lm-eval/output');

async function readFixtures() {
  const paths = readdirSync(OUTPUT, { recursive: true })
    .map(String)
    .filter(isLmEvalFile)
    .sort();
  return Promise.all(
    paths.map(async path => {
      const reader = createLmEvalReader(path);
      for await (const chunk of createReadStream(join(OUTPUT, path), {
        highWaterMark: 1000,
      })) {
        reader.write(chunk);
      }
      return { path, digest: '', report: reader.end() };
    }),
  );
}

function read(path: string, text: string): LmEvalFile {
  const reader = createLmEvalReader(path);
  reader.write(Buffer.from(text));
  return reader.end();
}

function problemsOf(path: string, text: string): string[] {
  try {
    read(path, text);
  } catch (error) {
    if (error instanceof MalformedReportError) {
      return error.problems.map(
        ({ line, reason }) => `${line}: ${reason.text}`,
      );
    }
    throw error;
  }
  throw new Error('the report was taken');
}

const SAMPLES = 'samples_sums_2026-11-27T04-16-40.771180.jsonl';

describe('lm-evaluation-harness', () => {
  it('is read as it writes its results', async () => {
    const { results, problems } = joinLmEval(await readFixtures());
    expect(problems).toEqual([]);
    expect(results.map(({ report }) => report.metrics)).toEqual([
      [
        {
          metric: 'capitals.acc',
          value: 0.5,
          stderr: 0.22360679774997896,
          n: 6,
          higherIsBetter: true,
        },
        {
          metric: 'capitals.acc_norm',
          value: 0.6666666666666666,
          stderr: 0.210818510677892,
          n: 6,
          higherIsBetter: true,
        },
        {
          metric: 'sums.exact_match,strict-match',
          value: 0.5,
          stderr: 0.28867513459481287,
          n: 4,
          higherIsBetter: true,
        },
        {
          metric: 'sums.exact_match,flexible-extract',
          value: 0.75,
          stderr: 0.25,
          n: 4,
          higherIsBetter: true,
        },
        {
          metric: 'prose.word_perplexity',
          value: 7.38905609893065,
          stderr: undefined,
          n: 3,
          higherIsBetter: false,
        },
        {
          metric: 'prose.bits_per_byte',
          value: 0.6251678510518842,
          stderr: undefined,
          n: 3,
          higherIsBetter: false,
        },
      ],
    ]);
  });

  it('gives the examples of each task, with the scores of every filter', async () => {
    const { tasks } = joinLmEval(await readFixtures());
    expect(tasks.map(({ task, taskHash }) => [task, taskHash?.length])).toEqual(
      [
        ['capitals', 64],
        ['prose', 64],
        ['sums', 64],
      ],
    );
    const store = new MemoryArtifactStore();
    const [capitals, prose, sums] = await Promise.all(
      tasks.map(async ({ examples }) =>
        openExampleSet(store, (await writeExampleSet(examples, store)).digest),
      ),
    );
    expect(await exampleRows(capitals, [0, 1])).toMatchObject([
      {
        id: '0',
        prediction: '1',
        target: '0',
        scores: { acc: 0, acc_norm: 1 },
      },
      {
        id: '1',
        prediction: '1',
        target: '1',
        scores: { acc: 1, acc_norm: 0 },
      },
    ]);
    expect(await exampleRows(sums, [2])).toMatchObject([
      {
        prediction: '[invalid]',
        target: '8',
        scores: {
          'exact_match,strict-match': 0,
          'exact_match,flexible-extract': 1,
        },
      },
    ]);
    // What is no mean of examples is no score of one.
    expect(prose.scoreNames).toEqual([]);
  });

  it.each([
    ['results_x.json', true],
    ['a/model/results_2026-11-27T04-16-40.771180.json', true],
    ['samples_mmlu_2026-11-27T04-16-40.771180.jsonl', true],
    ['samples.json', false],
    ['config.json', false],
  ])('takes %s from a folder: %s', (path, taken) => {
    expect(isLmEvalFile(path)).toBe(taken);
  });

  it('knows a metric that is no number as not measured', () => {
    expect(
      read(
        'results_x.json',
        '{"results": {"t": {"acc,none": NaN, "acc_stderr,none": NaN, "f1,none": "N/A", "__proto__": 1}}}',
      ),
    ).toMatchObject({
      metrics: [{ metric: 't.acc', notMeasured: true, stderr: undefined }],
      leftOut: 2,
    });
    expect(
      read(SAMPLES, '{"doc_id":1,"t":"NaN, NaN","metrics":["acc"],"acc": NaN}'),
    ).toMatchObject({ examples: { ids: ['1'] } });
  });

  it.each([
    ['results_x.json', '{"acc": 1}', /not results of lm-evaluation-harness/],
    ['results_x.json', '[', /expected a value/],
    ['results_x.json', '['.repeat(100_000), /nested more than 64 deep/],
    ['predictions.jsonl', '', /writes results_\*.json and samples_/],
    [SAMPLES, '{"id": 1}', /^1: not a sample of lm-evaluation-harness/],
    [SAMPLES, '[1]', /^1: not a sample/],
    [SAMPLES, 'x', /^1: not JSON/],
    [
      SAMPLES,
      '{"doc_id":1,"acc":1}\n{"doc_id":1,"acc":0}',
      /^2: the id "1" appears in an earlier line/,
    ],
  ])('refuses in %s: %.30s', (path, text, problem) => {
    expect(problemsOf(path, text)[0]).toMatch(problem);
  });

  it.each([
    ['results', (i: number) => `"t${i}":{"acc,none":1}`],
    ['higher_is_better', (i: number) => `"t${i}":{"acc":true}`],
    ['n-samples', (i: number) => `"t${i}":{"effective":1}`],
    ['task_hashes', (i: number) => `"t${i}":"ff"`],
  ])('does not read %s without end', (section, entry) => {
    const reader = createLmEvalReader('results_x.json');
    const entries = Array.from({ length: 4001 }, (_, i) => entry(i));
    // What follows is not waited for.
    expect(() =>
      reader.write(Buffer.from(`{"${section}":{${entries.join()},`)),
    ).toThrow(`"${section}" holds more than 4,000 entries`);
  });

  it('takes texts where tasks should be for none', () => {
    for (const section of ['higher_is_better', 'n-samples', 'task_hashes']) {
      const report = read(
        'results_x.json',
        `{"results": 1, "${section}": "x"}`,
      );
      const file = { path: 'results_x.json', digest: '', report };
      expect(joinLmEval([file])).toMatchObject({ tasks: [], problems: [] });
    }
  });

  it('keeps no texts that are longer than names', () => {
    const name = 'n'.repeat(2000);
    for (const text of [
      `{"results":{"${name}":{"acc,none":1}}}`,
      `{"task_hashes":{"t":"${name}"}}`,
    ]) {
      expect(problemsOf('results_x.json', text)[0]).toBe(
        '1: a text has more than 1,000 bytes',
      );
    }
  });

  it('takes 32 filters of an example, each once', () => {
    const line = (filter: string) =>
      `{"doc_id":1,"metrics":["acc"],"acc":1,"filter":"${filter}"}\n`;
    const lines = Array.from({ length: 32 }, (_, i) => line(`f${i}`)).join('');
    expect(read(SAMPLES, lines)).toMatchObject({ examples: { ids: ['1'] } });
    for (const i of [0, 31]) {
      expect(problemsOf(SAMPLES, lines + line(`f${i}`))).toEqual([
        '33: the id "1" appears in an earlier line; every id may appear once',
      ]);
    }
    expect(problemsOf(SAMPLES, lines + line('more'))).toEqual([
      '33: the samples of a task may have 32 filters, with names of at most 200 characters',
    ]);
    expect(problemsOf(SAMPLES, line('f'.repeat(201)))[0]).toMatch(
      /^1: the samples of a task may have 32 filters/,
    );
  });

  it('refuses more scores than pages can show, of an example that is there already as well', () => {
    const line = (first: number) => {
      const names = Array.from({ length: 40 }, (_, i) => `"m${first + i}":1`);
      return `{"doc_id":1,"filter":"${first}",${names}}`;
    };
    expect(problemsOf(SAMPLES, `${line(0)}\n${line(40)}`)).toEqual([
      '2: more than 64 different names of scores or slices; write only a sample of them',
    ]);
  });

  it('refuses two evaluations of one task', async () => {
    const files = await readFixtures();
    const { problems } = joinLmEval([...files, ...files]);
    expect(problems.map(({ parameters }) => parameters?.task)).toEqual([
      'capitals',
      'prose',
      'sums',
    ]);
    expect(basename(String(problems[0].parameters?.first))).toMatch(/^samples/);
  });
});
