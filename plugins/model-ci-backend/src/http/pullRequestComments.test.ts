import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { eventually } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { createTestDatabases } from '../database/testDatabase';
import { AFTER } from '../webhooks/testing/announcements';
import { githubRequest } from '../webhooks/testing/requests';
import { entityFile } from './testing/createUrlReader';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
const PIPELINE = 'modelpipeline:default/mine';
const DEFINITION = `version: 1
triggers: { pullRequest: { branches: [main] } }
stages: { train: { run: 'true', image: busybox } }
`;

describe('A pull request on a code host', () => {
  it.each([
    ['gets a comment beside its status', {}, 1],
    [
      'gets its status alone where app-config says so',
      { pullRequestComments: false },
      0,
    ],
  ])('%s', async (_, config, comments) => {
    const scheduler = mockServices.scheduler();
    const portal = await TestPortal.start({
      db: await databases.init('SQLITE_3'),
      config,
      files: {
        'catalog-info.yaml': entityFile('mine'),
        'model-pipeline.yaml': DEFINITION,
      },
      features: [
        createServiceFactory({
          service: coreServices.scheduler,
          deps: {},
          factory: () => scheduler,
        }),
      ],
      rootConfig: () => ({
        events: { modules: { github: { webhookSecret: 'secret' } } },
      }),
    });
    try {
      const { headers, payload } = githubRequest({ action: 'opened' });
      portal.codeHost.refs.set('feature/x', AFTER);
      await portal.events.publish({
        topic: 'github',
        metadata: { ...headers } as Record<string, string>,
        eventPayload: JSON.parse(
          JSON.stringify(payload).replaceAll(
            'https://git.example/acme/models',
            'https://github.com/example/mine',
          ),
        ),
      });
      await eventually(async () => {
        const { items } = await portal.client.listDeliveries(PIPELINE);
        return items[0]?.run;
      }, 'a run of the request');
      for (const { id } of await scheduler.getScheduledTasks()) {
        await scheduler.triggerTask(id);
      }
      const count = (path: string) =>
        portal.codeHost.asked.filter(url => url.startsWith(path)).length;
      const repository = '/repos/example/mine';
      expect(count(`${repository}/statuses/${AFTER}`)).toBe(1);
      expect(count(`${repository}/issues/12/comments`)).toBe(comments);
    } finally {
      await portal.stop();
    }
  });
});
