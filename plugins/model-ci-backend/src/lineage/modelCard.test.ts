import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import { parse } from 'yaml';
import { code, escapeMarkdown } from './markdown';
import { modelCard } from './modelCard';
import { exampleLineage, sha256 } from './testing/lineage';

/** What ends the front matter early, starts something of its own, or means something else in YAML 1.1. */
const HOSTILE = [
  '---',
  'a\n---\nmodel-index: []',
  '# heading',
  '[click](javascript:alert(1))',
  '![](https://evil.example/pixel.png)',
  '<script>alert(1)</script>',
  'www.evil.example',
  'https://evil.example',
  'a | b',
  'a\\| ![x](https://evil.example/pixel.png)',
  '\\\\| `|` \\',
  '`code` ``',
  'yes',
  '1_000',
  '2026-01-01',
  '!!python/object/apply:os.system [ls]',
  '*anchor',
  '\u202eesrever',
  '\0',
  '{{ template }}',
];

function split(card: string) {
  const [, front, body] = card.match(/^---\n([^]*?)\n---\n([^]*)$/) ?? [];
  return { front: parse(front, { version: '1.1' }), body };
}

/** How many cells a row has; a pipe behind a backslash ends none, and a backslash behind another escapes nothing. */
function cellsOf(row: string): number {
  return row.replace(/\\./g, '').split('|').length;
}

describe('modelCard', () => {
  it('has what Hugging Face reads in its front matter', () => {
    const { front, body } = split(modelCard(exampleLineage()));
    expect(front).toEqual({
      tags: ['model-ci'],
      'model-index': [
        {
          name: 'House price',
          results: [
            {
              task: { type: 'other' },
              dataset: {
                type: 'houses',
                name: 'houses',
                revision: sha256('d'),
              },
              metrics: [
                {
                  type: 'rmse',
                  name: 'rmse',
                  value: 12.25,
                  args: { n: 40, stderr: 0.5 },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(body).toContain('# House price');
    expect(body).toContain(
      '| evaluate: rmse on houses, max 30 | 12.25 |  |  |  | pass |',
    );
    expect(body).toContain('`LEARNING_RATE=0.1`');
  });

  it('describes the model, and the pipeline only where nobody describes the model', () => {
    const lineage = exampleLineage();
    const { title } = lineage.pipeline;
    const of = {
      ...lineage,
      pipeline: { title, description: 'Trains and evaluates' },
    };
    expect(modelCard(of)).toContain('Trains and evaluates');
    const card = modelCard(of, { description: 'Guesses prices' });
    expect(card).toContain('Guesses prices');
    expect(card).not.toContain('Trains and evaluates');
  });

  it('shows what a gate with a baseline rests on, in digits that somebody reads', () => {
    const { gates, version, ...lineage } = exampleLineage();
    const [metric] = version.metrics;
    const card = modelCard({
      ...lineage,
      version: {
        ...version,
        metrics: [
          { ...metric, value: 0.8297872340425532, stderr: 0.01415481927 },
        ],
      },
      gates: [
        {
          ...gates[0],
          metric: 'accuracy',
          demand: { baseline: 'champion', margin: 0.06, confidence: 0.95 },
          value: 0.8297872340425532,
          estimate: 0.01134751773,
          interval: { lower: -0.059996, upper: 0.0421 },
          baseline: { name: 'champion', version: 2, value: 0.8184397163 },
        },
        { ...gates[0], interval: { lower: 11.123456 } },
      ],
    });
    expect(card).toContain('| 0.829787 | 0.0142 | 40 |');
    expect(card).toContain('value: 0.829787\n');
    // The limit is cleared, and is seen to be.
    expect(card).toContain(
      '| 0.8298 | champion (version 2): 0.8184 | 0.011348 | -0.059996 to 0.0421 | pass |',
    );
    expect(card).toContain('| 12.25 |  |  | 11.12 to ∞ | pass |');
  });

  it('writes small and large numbers so that YAML 1.1 reads numbers', () => {
    const base = exampleLineage();
    const [metric] = base.version.metrics;
    const values = [1e-7, -2e21, 1.5e-9, 3];
    const card = modelCard({
      ...base,
      version: {
        ...base.version,
        metrics: values.map(value => ({ ...metric, value })),
      },
    });
    expect(card.match(/ value: .*/g)).toEqual([
      ' value: 1.0e-7',
      ' value: -2.0e+21',
      ' value: 1.5e-9',
      ' value: 3',
    ]);
  });

  it.each(HOSTILE)('shows %j as it is, wherever it stands', text => {
    const base = exampleLineage();
    const [metric] = base.version.metrics;
    const [stage] = base.stages;
    const [artifact] = base.version.artifacts;
    const card = modelCard({
      ...base,
      pipeline: { title: text, description: text, owner: text },
      version: {
        ...base.version,
        aliases: [text],
        metrics: [{ ...metric, metric: text, dataset: text, unit: text }],
        artifacts: [{ ...artifact, name: text }],
      },
      datasets: [{ name: text, uri: text, digest: sha256('d'), size: 1 }],
      stages: [
        { ...stage, name: text, imageName: text, parameters: { A: text } },
      ],
      gates: [{ ...base.gates[0], metric: text }],
      approvals: [
        {
          id: '1',
          stage: 'evaluate',
          question: quoted(text),
          askedAt: '',
          decision: 'continue',
          by: text,
          reason: text,
        },
      ],
    });
    const { front, body } = split(card);
    const name = front['model-index'][0].name;
    expect(typeof name).toBe('string');
    expect(front['model-index'][0].results).toHaveLength(1);
    expect(Object.keys(front)).toEqual(['tags', 'model-index']);
    // Each section is there once: nothing began one or swallowed one.
    expect(body.match(/^## .*$/gm)).toEqual([
      '## Metrics',
      '## Gates',
      '## Decisions',
      '## Data',
      '## How it was made',
      '## Artifacts',
    ]);
    expect(body.match(/^# /gm)).toHaveLength(1);
    // Each row has as many cells as the head of its table: nothing ended one.
    for (const rows of body.match(/(?:^\|.*\n)+/gm) ?? []) {
      const [head, ...others] = rows.trim().split('\n').map(cellsOf);
      expect(others).toEqual(others.map(() => head));
    }
    const outside = body.replace(/(`+) ?[^]*?[^`]\1(?!`)/g, '');
    expect(outside).not.toMatch(/(^|[^\\])(<|\[|!\[)|https?:|www\.(?!\\)[a-z]/);
    // eslint-disable-next-line no-control-regex
    expect(card).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/);
  });
});

describe('escapeMarkdown', () => {
  it('leaves plain words alone', () => {
    expect(escapeMarkdown('House price, v1.2 (new)')).toBe(
      'House price, v1.2 \\(new\\)',
    );
    expect(escapeMarkdown('1. first')).toBe('1\\. first');
  });
});

describe('code', () => {
  it('ends only at its own end', () => {
    expect(code('a`b')).toBe('``a`b``');
    expect(code('`')).toBe('`` ` ``');
    expect(code('')).toBe('');
  });
});
