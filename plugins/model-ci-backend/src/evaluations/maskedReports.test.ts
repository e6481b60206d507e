import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Masks } from '../masking/Masks';
import { FileSystemArtifactStore } from '../storage/FileSystemArtifactStore';
import { collectStage } from './testing/collectStage';
import { MemoryWorkspace } from './testing/MemoryWorkspace';

const SECRET = 'tok&en<42>"x\'y';

/** Each character as a reference or an escape: nothing in the bytes looks like the secret. */
const codesOf = (prefix: string, suffix: string) =>
  [...SECRET]
    .map(
      character =>
        prefix + character.charCodeAt(0).toString(16).padStart(4, '0') + suffix,
    )
    .join('');
const XML = codesOf('&#x', ';');
const JSON_TEXT = codesOf('\\u', '');

const REPORTS = {
  'junit.xml':
    `<testsuite name="s ${XML}"><testcase classname="c ${XML}" name="t ${XML}"><failure message="401 for ${XML}">GET ${XML}</failure></testcase>` +
    `<testcase name="u"><failure message="f"/><system-out>GET <![CDATA[${SECRET}]]></system-out></testcase></testsuite>`,
  'metrics.json': `{"rmse": 1, "of ${JSON_TEXT}": 2}`,
  'list.json': `[{"name": "list ${JSON_TEXT}", "value": 1, "slice": "a=${JSON_TEXT}"}]`,
  'predictions.jsonl': `{"id": "i ${JSON_TEXT}", "prediction": "p ${JSON_TEXT}", "target": ["${JSON_TEXT}"], "text": "said ${JSON_TEXT}", "group": "${JSON_TEXT}", "slices": {"of ${JSON_TEXT}": "s ${JSON_TEXT}"}}\n`,
  'lm/results_1.json': `{"results": {"task": {"acc ${JSON_TEXT},none": 0.5}}}`,
  'lm/samples_task_2026-01-01T00-00-00.jsonl': `{"doc_id": 1, "target": "t ${JSON_TEXT}", "filtered_resps": ["r ${JSON_TEXT}"], "filter": "none", "acc ${JSON_TEXT}": 1}\n`,
  'series/log.jsonl': `{"step": 1, "loss ${JSON_TEXT}": 2}\n`,
  'series/log.csv': `step,"of ${SECRET.replace('"', '""')}"\n1,2\n`,
  'series/trainer_state.json': `{"log_history": [{"step": 1, "state ${JSON_TEXT}": 2}]}`,
};
const DECLARED = {
  reports: {
    junit: 'junit.xml',
    metrics: ['metrics.json', 'list.json'],
    predictions: 'predictions.jsonl',
    'lm-eval': 'lm',
    series: 'series',
  },
};

describe('Reports that hide a secret behind escapes', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'masked-reports-'));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** What was read of all kinds of reports, and all that was stored. */
  const collect = async (masks: Masks) => {
    const store = await FileSystemArtifactStore.create({ directory });
    const results = await collectStage(
      store,
      DECLARED,
      new MemoryWorkspace(REPORTS),
      { masks },
    );
    const files = await readdir(directory, {
      recursive: true,
      withFileTypes: true,
    });
    const stored = await Promise.all(
      files
        .filter(file => file.isFile())
        .map(file => readFile(join(file.parentPath, file.name), 'utf8')),
    );
    return { results, stored: stored.join('\n') };
  };
  const textsOf = (value: unknown): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, member]) => [
          name,
          ...textsOf(member),
        ])
      : [String(value)];

  it('show and store it without it', async () => {
    const { results, stored } = await collect(new Masks([SECRET]));
    expect(results.failure).toBeUndefined();
    expect(textsOf(results).filter(text => text.includes(SECRET))).toEqual([]);
    expect(stored).not.toContain(SECRET);
    expect(results.testCases).toMatchObject([
      {
        suite: 's ***',
        classname: 'c ***',
        name: 't ***',
        message: '401 for ***',
        details: 'GET ***',
      },
      { details: 'GET ***' },
    ]);
    expect(results.evaluations.map(({ metric }) => metric)).toEqual(
      expect.arrayContaining(['rmse', 'of ***', 'list ***', 'task.acc ***']),
    );
    expect(results.curves.map(({ metric }) => metric).sort()).toEqual([
      'loss ***',
      'of ***',
      'state ***',
    ]);
    expect(stored).toContain('said ***');
  });

  it('are as they were where there is no secret', async () => {
    const { results, stored } = await collect(new Masks(['another-secret']));
    expect(results.testCases[0].message).toBe(`401 for ${SECRET}`);
    expect(stored).toContain(`said ${SECRET}`);
  });
});
