import {
  mockServices,
  ServiceFactoryTester,
} from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { gitHostUrlReaderServiceFactory } from './serviceFactory';

async function readerOf(plugin: string, git: { readers?: string[] } = {}) {
  const factories = await ServiceFactoryTester.from(
    gitHostUrlReaderServiceFactory,
    {
      dependencies: [
        mockServices.discovery.factory(),
        mockServices.rootConfig.factory({
          data: {
            backend: { baseUrl: 'http://portal', listen: ':7007' },
            modelCi: { git: { directory: '/nowhere', ...git } },
          },
        }),
      ],
    },
  ).getSubject(plugin);
  const [{ reader }] = [factories].flat().flatMap(factory =>
    factory({
      config: new ConfigReader({}),
      logger: mockServices.logger.mock(),
      treeResponseFactory: {
        fromTarArchive: jest.fn(),
        fromZipArchive: jest.fn(),
        fromReadableArray: jest.fn(),
      },
    }),
  );
  return reader;
}

const URL = 'http://portal/api/model-ci-git/model.git/raw/main/file';

describe('the readers of the git host', () => {
  it.each(['scaffolder', 'techdocs'])(
    'are not %s, which reads what its users name',
    async plugin => {
      const reader = await readerOf(plugin);
      for (const read of [
        reader.readUrl(URL),
        reader.readTree(URL),
        reader.search(URL),
      ]) {
        await expect(read).rejects.toThrow('modelCi.git.readers');
      }
    },
  );

  it.each(['catalog', 'model-ci'])('are %s', async plugin => {
    await expect((await readerOf(plugin)).readUrl(URL)).rejects.toThrow(
      'There is no repository',
    );
  });

  it('are those that app-config names', async () => {
    const reader = await readerOf('scaffolder', { readers: ['scaffolder'] });
    await expect(reader.readUrl(URL)).rejects.toThrow('There is no repository');
  });
});
