import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { instancesOf } from '@model-ci/backstage-plugin-model-ci-common';
import {
  describeWithPython,
  filesBelow,
  freePort,
  TemplateProject,
  templateFolder,
  untilHealthy,
  withoutPackages,
} from './testing/TemplateProject';

jest.setTimeout(120_000);

describe('the template text-classifier', () => {
  const project = new TemplateProject('text-classifier');

  afterAll(() => project.remove());

  it('brings its data with their licence', () => {
    const folder = join(templateFolder('text-classifier'), 'skeleton');
    const files = filesBelow(folder).map(path => relative(folder, path));
    expect(files).toContain('data/LICENSE.txt');
    expect(readFileSync(join(folder, 'data/reviews.csv'), 'utf8')).toMatch(
      /^id,review,rating,text\n/,
    );
  });

  it('has a pipeline that is right and runs anywhere', () => {
    const { datasets, stages, serving } = project.definition('my-reviews');
    expect(datasets.reviews.resource).toBe('resource:default/my-reviews-data');
    expect(Object.keys(stages)).toEqual([
      ...['build', 'test', 'train', 'evaluate', 'parity'],
    ]);
    expect(instancesOf(stages.train)).toHaveLength(6);
    expect(stages.train.select).toEqual({
      metric: 'val_accuracy',
      goal: 'maximize',
    });
    // Also where a portal has one node.
    expect(instancesOf(stages.parity)).toMatchObject([
      { environment: 'training' },
      { environment: 'serving' },
    ]);
    for (const stage of Object.values(stages)) {
      expect(stage.executor).toBeUndefined();
      expect(stage.nodeSelector).toEqual({});
      expect(stage.image).toBe('python:3.11');
    }
    expect(serving).toMatchObject({ port: 8080, health: '/healthz' });
  });

  it('compares each version with the champion, and asks where the data cannot decide', () => {
    const { stages, promote } = project.definition();
    expect(stages.evaluate).toMatchObject({
      gates: [
        { metric: 'accuracy', dataset: 'reviews', min: 0.7 },
        {
          metric: 'accuracy',
          dataset: 'reviews',
          baseline: 'champion',
          margin: 0.06,
          confidence: 0.95,
        },
        { metric: 'accuracy', slices: 'strength', min: 0.65 },
        { metric: 'accuracy', slices: 'length', min: 0.65 },
      ],
      inconclusive: 'ask',
    });
    expect(promote).toEqual({ alias: 'champion' });
  });

  describeWithPython()('with python3', () => {
    it.each([
      ['as it is installed', (script: string) => script],
      ['without any package', withoutPackages],
    ])('passes all stages and gates, with Python %s', (_, rewrite) => {
      const folder = project.copy();
      const { stages } = project.definition();
      for (const [name, stage] of Object.entries(stages)) {
        const ran = project.runStage(folder, name, rewrite);
        expect({ name, ...ran }).toMatchObject({ code: 0 });
        for (const path of [
          ...Object.values(stage.reports).flat(),
          ...Object.values(stage.artifacts),
        ]) {
          expect(filesBelow(join(folder, dirname(String(path))))).not.toEqual(
            [],
          );
        }
      }
      const metrics: Array<{ name: string; value: number }> = JSON.parse(
        readFileSync(join(folder, 'reports/metrics.json'), 'utf8'),
      );
      const accuracy = metrics.find(({ name }) => name === 'accuracy');
      expect(accuracy?.value).toBeGreaterThan(0.7);
    });

    it('says of each prediction its score, its review and its slices', () => {
      const folder = project.copy();
      for (const stage of ['train', 'evaluate']) {
        project.runStage(folder, stage);
      }
      const rows = readFileSync(
        join(folder, 'reports/predictions.jsonl'),
        'utf8',
      )
        .trim()
        .split('\n')
        .map(line => JSON.parse(line));
      // The README counts with them.
      expect(rows).toHaveLength(705);
      expect(new Set(rows.map(({ group }) => group)).size).toBe(101);
      for (const row of rows) {
        expect(row).toEqual({
          id: expect.stringMatching(/^\d+_\d+$/),
          text: expect.stringMatching(/\w/),
          prediction: expect.stringMatching(/^(positive|negative)$/),
          target: expect.stringMatching(/^(positive|negative)$/),
          score: Number(row.prediction === row.target),
          group: row.id.split('_')[0],
          slices: {
            length: expect.stringMatching(/^(short|long)$/),
            strength: expect.stringMatching(/^(strong|weak)$/),
          },
        });
      }
    });

    it('fails at a broken test', () => {
      const folder = project.copy();
      const path = join(folder, 'src/sentiment/model.py');
      const text = readFileSync(path, 'utf8');
      const broken = text.replace('> 0.5', '< 0.5');
      expect(broken).not.toBe(text);
      writeFileSync(path, broken);
      expect(project.runStage(folder, 'test').code).toBeGreaterThan(0);
      expect(readFileSync(join(folder, 'reports/junit.xml'), 'utf8')).toMatch(
        /name="test_recognizes_what_it_has_seen"[^>]*>\s*<failure/,
      );
    });

    it('serves predictions and completions as the definition says, and stops when asked', async () => {
      const folder = project.copy();
      mkdirSync(join(folder, 'model'));
      writeFileSync(
        join(folder, 'model/model.json'),
        '{"bias": 0, "ngrams": 1, "weights": {"well": 2, "broke": -2}}',
      );
      const { serving } = project.definition();
      const port = await freePort();
      const service = spawn('sh', ['-e', '-c', serving?.run ?? 'false'], {
        cwd: folder,
        stdio: 'ignore',
        env: {
          PATH: process.env.PATH,
          ...serving?.env,
          PORT: String(port),
          HOST: '127.0.0.1',
        },
      });
      const url = `http://127.0.0.1:${port}`;
      const ended = once(service, 'exit');
      try {
        await untilHealthy(`${url}${serving?.health}`, service);
        const ask = async (path: string, body: unknown) => {
          const response = await fetch(`${url}${path}`, {
            method: 'POST',
            body: JSON.stringify(body),
          });
          return [response.status, await response.json()];
        };
        await expect(ask('/predict', { text: 'works well' })).resolves.toEqual([
          200,
          { prediction: 'positive', probability: expect.any(Number) },
        ]);
        await expect(
          ask('/v1/completions', { prompt: 'Review: broke\nSentiment:' }),
        ).resolves.toMatchObject([200, { choices: [{ text: ' negative' }] }]);
      } finally {
        service.kill('SIGTERM');
      }
      await expect(ended).resolves.toEqual([0, null]);
    });
  });
});
