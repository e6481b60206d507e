import type { Clone } from '../git';
import { until, type User } from '../portal';
import { catalogInfo, endOf, HostilePortal, startRun } from './HostilePortal';

jest.setTimeout(240_000);

const RED = 'group:default/red';
const BLUE = 'group:default/blue';
const SECRET = 'hunter2 of the red team';
const MODEL = '/api/model-ci/pipelines/default/red-model';

interface Location {
  data: { id: string; target: string };
}

describe('The name of another team', () => {
  let hostile: HostilePortal;
  let alice: User;
  let bob: User;
  let root: User;

  /** The catalog's answer about an entity; undefined while it has none. */
  async function entity(
    kind: string,
    name: string,
  ): Promise<string | undefined> {
    const answer = await root.fetch(
      'GET',
      `/api/catalog/entities/by-name/${kind}/default/${name}`,
    );
    return answer.ok ? await answer.text() : undefined;
  }

  const raw = (repository: string, file: string) =>
    `${hostile.portal.url}/api/model-ci-git/${repository}.git/raw/main/${file}`;

  beforeAll(async () => {
    hostile = await HostilePortal.start();
    alice = await hostile.signIn('alice');
    bob = await hostile.signIn('bob');
    root = await hostile.signIn('root');
    await hostile.project('alice', {
      name: 'red-model',
      owner: RED,
      files: {
        'catalog-info.yaml': catalogInfo({ name: 'red-model', owner: RED }),
        'model-pipeline.yaml': JSON.stringify({
          version: 1,
          stages: {
            train: {
              run: 'cat secret.yaml | tee model',
              artifacts: { model: 'model' },
            },
          },
        }),
        'secret.yaml': `password: ${SECRET}\n`,
        // No YAML: whoever says where it is wrong may show what it says.
        'notes.txt': `password: ${SECRET}: {\n  - x: y: [\n`,
        'secret.json': JSON.stringify({ password: SECRET }),
      },
    });
  });

  afterAll(async () => {
    await hostile?.stop();
  });

  describe('reads no file of its repository', () => {
    let thief: Clone;

    beforeAll(async () => {
      thief = await hostile.project('bob', {
        name: 'thief',
        owner: BLUE,
        files: {
          'catalog-info.yaml': catalogInfo({ name: 'thief', owner: BLUE }),
          'model-pipeline.yaml': 'version: 1\nstages:\n  x: { run: "true" }\n',
        },
      });
    });

    let pushed = 0;
    /** Puts an entity into a repository of the blue team; answers where it is. */
    async function pushEntity(annotations: object): Promise<string> {
      const name = `stolen-${++pushed}`;
      const [entityText] = catalogInfo({ name, owner: BLUE }).split('\n---\n');
      const parsed = JSON.parse(entityText);
      await thief.write(
        `${name}.yaml`,
        JSON.stringify({ ...parsed, metadata: { name, annotations } }),
      );
      await thief.push(`Add ${name}`);
      return raw('thief', `${name}.yaml`);
    }

    it('but its own, which shows that the attack is one', async () => {
      const target = await pushEntity({ stolen: { $text: './mine.txt' } });
      await thief.write('mine.txt', 'hunter2 of the blue team');
      await thief.push('Add a file');
      const answer = await bob.fetch(
        'POST',
        '/api/catalog/locations?dryRun=true',
        { type: 'url', target },
      );
      expect(await answer.text()).toContain('hunter2 of the blue team');
    });

    it.each([
      ['text', 'red-model', 'secret.yaml'],
      ['yaml', 'red-model', 'secret.yaml'],
      ['json', 'red-model', 'secret.json'],
      ['text', 'red-model', '../main/secret.yaml'],
      ['text', 'red-model', '/secret.yaml'],
      ['text', 'red%2Dmodel', 'secret.yaml'],
      ['text', 'red-model', 'secret.yaml?x=/thief.git/raw/main/x'],
      ['text', 'red-model', 'secret.yaml#x'],
    ])('by $%s of the catalog (%s, %s)', async (type, repository, file) => {
      const answer = await bob.fetch(
        'POST',
        '/api/catalog/locations?dryRun=true',
        {
          type: 'url',
          target: await pushEntity({
            stolen: { [`$${type}`]: raw(repository, file) },
          }),
        },
      );
      expect(await answer.text()).not.toContain('hunter2');
    });

    it.each(['secret.yaml', 'notes.txt', 'secret.json', '*', 'HEAD/**'])(
      'by a location of the catalog (%s)',
      async file => {
        for (const query of ['?dryRun=true', '']) {
          const answer = await bob.fetch(
            'POST',
            `/api/catalog/locations${query}`,
            { type: 'url', target: raw('red-model', file) },
          );
          expect(await answer.text()).not.toContain('hunter2');
        }
        const answer = await bob.fetch(
          'POST',
          '/api/catalog/analyze-location',
          {
            location: { type: 'url', target: raw('red-model', file) },
          },
        );
        expect(await answer.text()).not.toContain('hunter2');
      },
    );

    it('by a run whose definition lies there', async () => {
      const info = catalogInfo({ name: 'reader', owner: BLUE });
      await hostile.project('bob', {
        name: 'reader',
        owner: BLUE,
        files: {
          'catalog-info.yaml': info.replace(
            './model-pipeline.yaml',
            raw('red-model', 'model-pipeline.yaml'),
          ),
          'model-pipeline.yaml': 'version: 1\nstages:\n  x: { run: "true" }\n',
        },
      });
      const answer = await bob.fetch(
        'POST',
        '/api/model-ci/pipelines/default/reader/runs',
        {},
      );
      expect(answer.ok).toBe(false);
    });
  });

  describe('gives nothing of what is kept under it', () => {
    let runId: string;
    let digest: string;

    beforeAll(async () => {
      runId = await startRun(alice, 'red-model');
      await endOf(alice, runId);
      const { items } = await alice.get<{ items: Array<{ digest: string }> }>(
        `/api/model-ci/runs/${runId}/artifacts`,
      );
      digest = items[0].digest;
      await unregister('red-model');
      await hostile.project('bob', {
        name: 'loot',
        owner: BLUE,
        files: {
          'catalog-info.yaml': catalogInfo({ name: 'red-model', owner: BLUE }),
          'model-pipeline.yaml':
            'version: 1\nstages:\n  train: { run: "true" }\n',
        },
      });
      await until(
        'the name to be of the blue team',
        async () => {
          // The portal looks at the catalog for whoever may see the pipeline.
          await root.fetch('GET', MODEL);
          const found = await entity('modelpipeline', 'red-model');
          return found?.includes(BLUE) || undefined;
        },
        { seconds: 60 },
      );
      await root.fetch('GET', MODEL);
    });

    /** Takes the entities of a repository out of the catalog. */
    async function unregister(repository: string) {
      const locations = await root.get<Location[]>('/api/catalog/locations');
      for (const { data } of locations) {
        if (data.target.includes(`/${repository}.git/`)) {
          await root.request('DELETE', `/api/catalog/locations/${data.id}`);
        }
      }
      await until(
        'the catalog to forget it',
        async () =>
          (await entity('modelpipeline', 'red-model')) === undefined ||
          undefined,
        { seconds: 60 },
      );
      await root.fetch('GET', MODEL);
    }

    /** What the blue team sees once the portal has seen whose the name is now. */
    async function refusalOf(method: string, path: string, body?: object) {
      return await until(
        `${method} ${path} to say what to do`,
        async () => {
          const answer = await readAnswer(method, path, body);
          return answer.text.includes('/takeover') ? answer : undefined;
        },
        { seconds: 60 },
      );
    }

    async function readAnswer(method: string, path: string, body?: object) {
      const answer = await bob.fetch(method, path, body);
      return { status: answer.status, text: await answer.text() };
    }

    it('to a team that registers it anew, and says what to do', async () => {
      for (const path of [
        `/api/model-ci/runs/${runId}`,
        `/api/model-ci/runs/${runId}/stages/train/logs`,
        `/api/model-ci/runs/${runId}/artifacts`,
        `/api/model-ci/artifacts/${digest}`,
      ]) {
        expect((await bob.fetch('GET', path)).status).toBe(404);
      }
      const { items } = await bob.get<{ items: Array<{ id: string }> }>(
        '/api/model-ci/runs',
      );
      expect(items.map(({ id }) => id)).not.toContain(runId);
      const attempts: Array<[string, string, object?]> = [
        ['POST', `${MODEL}/runs`, {}],
        ['GET', MODEL],
        ['GET', `${MODEL}/versions`],
        ['GET', `${MODEL}/evaluations`],
        [
          'POST',
          `${MODEL}/deployments`,
          { version: 1, environment: 'staging' },
        ],
      ];
      for (const [method, path, body] of attempts) {
        const answer = await refusalOf(method, path, body);
        expect([403, 409]).toContain(answer.status);
        expect(answer.text).not.toContain(SECRET);
      }
    });

    it('to a team that takes it itself', async () => {
      const answer = await bob.fetch('POST', `${MODEL}/takeover`, {
        reason: 'I want it',
      });
      expect(answer.status).toBe(403);
    });

    it('stays with whom it came from until an administrator hands it over', async () => {
      await alice.get(`/api/model-ci/runs/${runId}`);
      await root.post(`${MODEL}/takeover`, { reason: 'The team has moved' });
      await bob.get(`/api/model-ci/runs/${runId}`);
      expect(
        (await alice.fetch('GET', `/api/model-ci/runs/${runId}`)).status,
      ).toBe(404);
      const own = await startRun(bob, 'red-model');
      expect(await endOf(bob, own)).toMatchObject({ status: 'succeeded' });
    });
  });
});
