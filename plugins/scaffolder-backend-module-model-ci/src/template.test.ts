import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JsonObject } from '@backstage/types';
import {
  instancesOf,
  isParityMetric,
} from '@model-ci/backstage-plugin-model-ci-common';
import { type RenderedProject, TemplateRenderer } from 'template-linter';
import { parse, parseAllDocuments } from 'yaml';
import {
  describeWithPython,
  filesBelow,
  freePort,
  projectFiles,
  TemplateProject,
  templateFile,
  untilHealthy,
  withoutPackages,
} from './testing/TemplateProject';

jest.setTimeout(120_000);

const values = {
  name: 'berlin-flats',
  title: 'Flats: "Berlin"',
  description: 'What a flat # costs',
  owner: 'group:default/ml',
  host: 'portal',
};

describe('the template linear-regression-model', () => {
  let renderer: TemplateRenderer;

  beforeAll(async () => {
    renderer = await TemplateRenderer.start('http://localhost');
  });

  afterAll(() => renderer?.stop());

  const render = (input: JsonObject) =>
    renderer.render(templateFile('linear-regression-model'), input);

  const textOf = ({ files }: RenderedProject, path: string) =>
    files.get(path)?.toString() ?? '';

  it('writes a project, creates its repository in the portal and starts its first run', async () => {
    const result = await render(values);
    expect(result.steps).toEqual(['names', 'common', 'fetch', 'portal', 'run']);
    // The stock action only logs what it was given.
    expect(
      result.messages.find(
        ({ step, message }) =>
          step === 'register-portal' &&
          message.includes(
            '/api/model-ci-git/berlin-flats.git/raw/main/catalog-info.yaml',
          ),
      ),
    ).toBeDefined();
    expect(result.output.links).toEqual([
      {
        title: 'Repository',
        icon: 'code',
        url: expect.stringMatching(/\/api\/model-ci-git\/berlin-flats\.git$/),
      },
      {
        title: 'Model in the catalog',
        icon: 'catalog',
        entityRef: 'component:default/berlin-flats',
      },
      {
        title: 'First run',
        icon: 'dashboard',
        url: '/model-ci/runs/dry-run',
      },
    ]);
    expect([...result.files.keys()].sort()).toEqual(
      projectFiles('linear-regression-model'),
    );
    for (const path of result.files.keys()) {
      expect(textOf(result, path)).not.toMatch(/\$\{\{|\{%/);
    }
    expect(textOf(result, 'README.md')).toMatch(/^# Flats: "Berlin"\n/);
  });

  it('writes the stages of an image only where they are wanted', async () => {
    const image = await render({ ...values, packaging: 'image' });
    const source = await render({ ...values, packaging: 'source' });
    const stagesOf = (result: RenderedProject) =>
      Object.keys(parse(textOf(result, 'model-pipeline.yaml')).stages);
    expect(stagesOf(image)).toEqual([
      ...stagesOf(source),
      'package',
      'test-image',
    ]);
    expect(textOf(image, '.dockerignore')).toContain('.git');
  });

  it('describes the model and its pipeline to the catalog', async () => {
    const documents = (result: RenderedProject) =>
      parseAllDocuments(textOf(result, 'catalog-info.yaml')).map(document =>
        document.toJS(),
      );
    const [component, houses, pipeline] = documents(await render(values));
    expect(component).toEqual({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: 'berlin-flats',
        title: 'Flats: "Berlin"',
        description: 'What a flat # costs',
        tags: ['linear-regression', 'python'],
      },
      spec: {
        type: 'ai-model',
        lifecycle: 'experimental',
        owner: 'group:default/ml',
        dependsOn: ['resource:default/berlin-flats-data'],
      },
    });
    expect(houses).toEqual({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Resource',
      metadata: {
        name: 'berlin-flats-data',
        title: 'Houses of Flats: "Berlin"',
        description: expect.any(String),
      },
      spec: { type: 'dataset', owner: 'group:default/ml' },
    });
    expect(pipeline).toEqual({
      apiVersion: 'model-ci.dev/v1alpha1',
      kind: 'ModelPipeline',
      metadata: {
        name: 'berlin-flats',
        title: 'Flats: "Berlin"',
        description: 'Trains, evaluates and serves Flats: "Berlin"',
      },
      spec: {
        type: 'training',
        lifecycle: 'experimental',
        owner: 'group:default/ml',
        model: 'component:default/berlin-flats',
        definition: { $yaml: './model-pipeline.yaml' },
      },
    });

    const inSystem = documents(
      await render({
        ...values,
        title: undefined,
        system: 'system:default/housing',
      }),
    );
    for (const entity of inSystem) {
      expect(entity.metadata.title).toMatch(/^(Houses of )?berlin-flats$/);
      expect(entity.spec.system).toBe('system:default/housing');
    }
  });

  it('refuses names that the catalog or the git host would refuse', async () => {
    for (const name of ['Berlin', 'a--b', '-a', 'a_b', 'a'.repeat(51)]) {
      await expect(render({ ...values, name })).rejects.toMatchObject({
        status: 400,
      });
    }
  });
});

describe('the project that the template writes', () => {
  const project = new TemplateProject('linear-regression-model');

  afterAll(() => project.remove());

  it('has a pipeline that is right and runs anywhere', () => {
    const { triggers, datasets, stages, serving, deploy } =
      project.definition();
    expect(datasets.houses.resource).toBe('resource:default/berlin-flats-data');
    expect(triggers).toEqual({ push: { branches: ['main'] } });
    expect(Object.keys(stages)).toEqual([
      ...['build', 'test', 'train', 'evaluate', 'parity'],
    ]);
    // Also where a portal has one node.
    expect(instancesOf(stages.parity)).toMatchObject([
      { environment: 'training' },
      { environment: 'serving' },
    ]);
    for (const { executor, nodeSelector } of Object.values(
      stages.parity.on ?? {},
    )) {
      expect({ executor, nodeSelector }).toEqual({ nodeSelector: {} });
    }
    for (const stage of Object.values(stages)) {
      expect(stage.executor).toBeUndefined();
      expect(stage.nodeSelector).toEqual({});
      expect(stage.image).toBe('python:3.11');
    }
    expect(serving).toMatchObject({ port: 8080, health: '/healthz' });
    expect(deploy).toEqual({
      path: ['staging', 'production', 'docker'],
      automatic: [],
    });
  });

  it('builds an image of the model, tests it inside and serves it, where that is wanted', () => {
    const { stages, serving } = project.definition('berlin-flats', {
      isImage: true,
    });
    expect(stages.package.imageBuild).toEqual({
      context: '.',
      dockerfile: 'Dockerfile',
      args: { PYTHON_IMAGE: 'python:3.11' },
    });
    expect(stages['test-image']).toMatchObject({
      needs: ['package'],
      imageFrom: 'package',
    });
    expect(serving).toMatchObject({ imageFrom: 'package' });
    expect(serving).not.toHaveProperty('image');
  });

  describeWithPython()('with python3', () => {
    const breakFit = (folder: string) => {
      const path = join(folder, 'src/house_price/model.py');
      const text = readFileSync(path, 'utf8');
      const broken = text.replace('together / spread', 'together / spread * 2');
      expect(broken).not.toBe(text);
      writeFileSync(path, broken);
    };

    it('passes all stages, each gate and every report', () => {
      const folder = project.copy();
      for (const [name, stage] of Object.entries(project.definition().stages)) {
        expect({ name, ...project.runStage(folder, name) }).toMatchObject({
          code: 0,
        });
        for (const path of [
          ...Object.values({ ...stage.reports, directions: [] }).flat(),
          ...Object.values(stage.artifacts),
        ]) {
          expect(filesBelow(join(folder, dirname(path)))).not.toEqual([]);
        }
        const metrics: Array<Record<string, unknown>> = [
          stage.reports.metrics ?? [],
        ]
          .flat()
          .flatMap(path =>
            JSON.parse(readFileSync(join(folder, path), 'utf8')),
          );
        // The portal measures parity itself.
        for (const gate of stage.gates.filter(
          ({ metric }) => !isParityMetric(metric),
        )) {
          const metric = metrics.find(
            other =>
              other.name === gate.metric && other.dataset === gate.dataset,
          );
          expect(metric).toMatchObject({
            value: expect.any(Number),
            n: expect.any(Number),
            higherIsBetter: false,
            unit: 'k€',
          });
          expect(metric?.value).toBeLessThanOrEqual(gate.max ?? Infinity);
          expect(metric?.value).toBeGreaterThanOrEqual(gate.min ?? -Infinity);
        }
      }
      const predictions = readFileSync(
        join(folder, 'reports/predictions.jsonl'),
        'utf8',
      )
        .trim()
        .split('\n')
        .map(line => JSON.parse(line));
      expect(predictions.length).toBeGreaterThan(10);
      expect(Object.keys(predictions[0])).toEqual([
        'id',
        'prediction',
        'target',
      ]);
    });

    it.each([
      ['as it is installed', (script: string) => script],
      ['without any package', withoutPackages],
    ])('fails at a broken test and names it, with Python %s', (_, rewrite) => {
      const folder = project.copy();
      const report = join(folder, 'reports/junit.xml');

      expect(project.runStage(folder, 'test', rewrite)).toMatchObject({
        code: 0,
      });
      expect(readFileSync(report, 'utf8')).toMatch(
        /classname="tests.test_model.FittingTest" name="test_recovers_a_known_line"/,
      );
      expect(readFileSync(report, 'utf8')).not.toMatch(/<failure|<error/);

      breakFit(folder);
      const { code } = project.runStage(folder, 'test', rewrite);
      expect(code).toBeGreaterThan(0);
      expect(readFileSync(report, 'utf8')).toMatch(
        /name="test_recovers_a_known_line"[^>]*>\s*<failure/,
      );
    });

    it('fails where there is no test to run', () => {
      const folder = project.copy();
      for (const path of filesBelow(join(folder, 'tests'))) {
        if (/test_/.test(path)) {
          rmSync(path);
        }
      }
      expect(project.runStage(folder, 'test').code).toBeGreaterThan(0);
      expect(
        project.runStage(folder, 'test', withoutPackages).code,
      ).toBeGreaterThan(0);
    });

    it('serves predictions as the definition says, and stops when asked', async () => {
      const folder = project.copy();
      mkdirSync(join(folder, 'model'));
      writeFileSync(
        join(folder, 'model/model.json'),
        '{"intercept": 50, "slope": 3}',
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
        const ask = async (body: unknown) => {
          const response = await fetch(`${url}/predict`, {
            method: 'POST',
            body: JSON.stringify(body),
          });
          return [response.status, await response.json()];
        };
        await expect(ask({ size: 120 })).resolves.toEqual([
          200,
          { prediction: 410 },
        ]);
        await expect(
          ask({ instances: [{ size: 10 }, { size: 20 }] }),
        ).resolves.toEqual([200, { predictions: [80, 110] }]);
        await expect(ask({ size: 'big' })).resolves.toEqual([
          400,
          { error: `'size' of the body must be a number, but is "big"` },
        ]);
      } finally {
        service.kill('SIGTERM');
      }
      await expect(ended).resolves.toEqual([0, null]);
    });
  });
});
