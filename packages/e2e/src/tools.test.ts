import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { describeWith } from './engines';
import { Clone } from './git';
import { Portal, root, until, User } from './portal';
import { missingTools, Python } from './python';

jest.setTimeout(600_000);

const MODEL = 'reviews';
const VERSION = `/api/model-ci/pipelines/default/${MODEL}/versions/1`;

interface Version {
  metrics: Array<{ metric: string; dataset?: string; value: number }>;
  artifacts: Array<{ stage: string; name: string; digest: string }>;
}

/** Creates the project as the form of the template does, and waits for its first version. */
async function createProject(guest: User): Promise<void> {
  await guest.post('/api/scaffolder/v2/tasks', {
    templateRef: 'template:default/text-classifier',
    values: {
      name: MODEL,
      owner: 'group:default/ml',
      host: 'portal',
      description: 'Says what a review feels',
    },
  });
  await until(
    'the first version',
    async () => await guest.get<Version>(VERSION),
    { seconds: 180 },
  );
}

async function deploy(guest: User): Promise<void> {
  const { id } = await guest.post<{ id: string }>(
    `/api/model-ci/pipelines/default/${MODEL}/deployments`,
    { version: 1, environment: 'staging' },
  );
  await until(
    'the version to serve',
    async () => {
      const { status } = await guest.get<{ status: string }>(
        `/api/model-ci/deployments/${id}`,
      );
      return status === 'serving' || undefined;
    },
    { seconds: 60 },
  );
}

/** The script that docs/lineage.md gives to people who verify. */
async function verifyScript(): Promise<string> {
  const page = await fs.readFile(path.join(root, 'docs/lineage.md'), 'utf8');
  return page.match(/```python\n([^]*?)```/)?.[1] ?? '';
}

describeWith(missingTools())('Tools of others', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  let portal: Portal;
  let guest: User;
  let python: Python;
  const file = (name: string) => path.join(portal.directory, name);

  beforeAll(async () => {
    portal = await Portal.create({
      config: { modelCi: { provenance: { privateKey } } },
    });
    [python] = await Promise.all([
      Python.install(file('python')),
      portal.start(),
    ]);
    guest = await User.guest(portal);
    await createProject(guest);
  });

  afterAll(async () => {
    await portal?.stop();
    await portal?.remove();
  });

  it('verify the provenance and the gates of a version, and its artifact', async () => {
    const { artifacts } = await guest.get<Version>(VERSION);
    const model = artifacts.find(({ name }) => name === 'model');
    const bytes = await guest.request(
      'GET',
      `/api/model-ci/artifacts/${model?.digest}`,
    );
    await fs.writeFile(
      file('model.tar'),
      Buffer.from(await bytes.arrayBuffer()),
    );
    await fs.writeFile(file('verify.py'), await verifyScript());
    await fs.writeFile(file('key.pub'), publicKey);
    const verify = async (statement: string) => {
      const name = file(`${statement}.json`);
      await fs.writeFile(
        name,
        await guest.text(`${VERSION}/provenance?statement=${statement}`),
      );
      return await python.run('python', [
        ...[file('verify.py'), name, file('key.pub'), file('model.tar')],
      ]);
    };
    expect(await verify('provenance')).toMatch(
      /^verified: https:\/\/slsa.dev\/provenance\/v1\n.*model\.tar is train\/model\n$/,
    );
    expect(await verify('gates')).toContain(
      'verified: https://in-toto.io/attestation/test-result/v0.1',
    );
    await fs.appendFile(file('model.tar'), 'x');
    await expect(verify('provenance')).rejects.toThrow('no subject');
  });

  it('read the model card', async () => {
    await fs.writeFile(
      file('card.md'),
      await guest.text(`${VERSION}/model-card`),
    );
    const script = `
import json, sys
from huggingface_hub import ModelCard
card = ModelCard.load(sys.argv[1])
print(json.dumps([[each.dataset_name, each.metric_type, each.metric_value] for each in card.data.eval_results]))
`;
    const results: Array<[string, string, number]> = JSON.parse(
      await python.run('python', ['-c', script, file('card.md')]),
    );
    const { metrics } = await guest.get<Version>(VERSION);
    expect(results).toEqual(
      expect.arrayContaining(
        metrics
          .filter(({ dataset }) => dataset === 'reviews')
          .map(({ metric, value }) => [
            'reviews',
            metric,
            // As many digits as the card shows.
            Number(value?.toPrecision(6)),
          ]),
      ),
    );
  });

  it('measure a deployed version with lm-evaluation-harness as its pipeline measured it', async () => {
    await deploy(guest);
    const { token } = await guest.post<{ token: string }>(
      '/api/model-ci-git/tokens',
      { name: 'tools' },
    );
    const clone = await Clone.of(portal, MODEL, token);
    const endpoint = `${portal.url}/api/model-ci/endpoints/staging/default/${MODEL}/v1/completions`;
    await python.run(
      'lm_eval',
      [
        ...['run', '--model', 'local-completions', '--model_args'],
        `model=${MODEL},base_url=${endpoint},tokenizer_backend=None,tokenized_requests=False,num_concurrent=4`,
        ...['--tasks', 'reviews', '--include_path', 'lm-eval'],
        ...['--output_path', 'reports/lm-eval', '--log_samples'],
      ],
      {
        cwd: clone.directory,
        env: {
          PYTHONPATH: 'src',
          OPENAI_API_KEY: guest.token,
          HF_HOME: file('huggingface'),
          HF_HUB_OFFLINE: '1',
          HF_DATASETS_OFFLINE: '1',
        },
      },
    );
    const written = await fs.readdir(
      path.join(clone.directory, 'reports/lm-eval'),
      { recursive: true },
    );
    const results = written.find(name => /results_.*\.json$/.test(name)) ?? '';
    const { results: measured, 'n-samples': counts } = JSON.parse(
      await clone.read(path.join('reports/lm-eval', results)),
    );
    expect(written.some(name => /samples_reviews_.*\.jsonl$/.test(name))).toBe(
      true,
    );
    const { metrics } = await guest.get<Version>(VERSION);
    const accuracy = metrics.find(({ metric }) => metric === 'accuracy');
    expect(counts.reviews.effective).toBeGreaterThan(500);
    expect(measured.reviews['exact_match,none']).toBeCloseTo(
      accuracy?.value ?? NaN,
      9,
    );
  });
});
