import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScmIntegrations } from '@backstage/integration';
import { mockServices } from '@backstage/backend-test-utils';
import { includeResolver } from './includeResolver';

const SHARED = 'steps:\n  publish: { id: publish }\n  a/b: 1\n';

describe('includeResolver', () => {
  let folder: string;
  const integrations = ScmIntegrations.fromConfig(
    mockServices.rootConfig({
      data: { integrations: { github: [{ host: 'github.com' }] } },
    }),
  );
  const emit = jest.fn();
  const read = jest.fn(async (_url: string) => Buffer.from(SHARED));

  beforeEach(async () => {
    jest.clearAllMocks();
    folder = await mkdtemp(join(tmpdir(), 'include-'));
    await mkdir(join(folder, 'templates/common'), { recursive: true });
    await writeFile(join(folder, 'secret.yaml'), 'password: hunter2');
    await writeFile(join(folder, 'templates/common/shared.yaml'), SHARED);
    await writeFile(join(folder, 'templates/broken.yaml'), 'a: hunter2: x');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const resolve = (value: unknown, baseUrl: string) =>
    includeResolver({
      key: 'include',
      value: value as string,
      baseUrl,
      emit,
      read,
      resolveUrl: (url, base) => integrations.resolveUrl({ url, base }),
    });
  const inFolder = (value: unknown) =>
    resolve(value, join(folder, 'templates/model.yaml'));

  it('takes a part of a file, or all of it', async () => {
    await expect(
      inFolder('./common/shared.yaml#/steps/publish'),
    ).resolves.toEqual({ id: 'publish' });
    await expect(inFolder('common/shared.yaml#/steps/a~1b')).resolves.toBe(1);
    await expect(inFolder('./common/shared.yaml')).resolves.toEqual({
      steps: { publish: { id: 'publish' }, 'a/b': 1 },
    });
  });

  it('reads beside a file of a code host, and has the entity follow it', async () => {
    await expect(
      resolve(
        './common/shared.yaml#/steps/publish',
        'https://github.com/acme/portal/blob/main/templates/model.yaml',
      ),
    ).resolves.toEqual({ id: 'publish' });
    const url =
      'https://github.com/acme/portal/tree/main/templates/common/shared.yaml';
    expect(read).toHaveBeenCalledWith(url);
    expect(emit).toHaveBeenCalledWith({ type: 'refresh', key: `url:${url}` });
  });

  it.each([
    '../secret.yaml',
    'common/../../secret.yaml',
    'common\\..\\..\\secret.yaml',
    '/etc/passwd',
    '//evil.example/x.yaml',
    'https://evil.example/x.yaml',
    'file:///etc/passwd',
    'common/%2e%2e/%2e%2e/secret.yaml',
    '#/steps',
    '',
    7,
    null,
  ])('reads nothing outside of the folder: %p', async value => {
    await expect(inFolder(value)).rejects.toThrow(/^\$include /);
    await expect(
      resolve(value, 'https://github.com/acme/portal/blob/main/t/model.yaml'),
    ).rejects.toThrow(/^\$include /);
    expect(read).not.toHaveBeenCalled();
  });

  it('says where a pointer leads nowhere', async () => {
    await expect(inFolder('common/shared.yaml#/steps/deploy')).rejects.toThrow(
      'there is no "deploy" in the file',
    );
    await expect(
      inFolder('common/shared.yaml#/steps/constructor'),
    ).rejects.toThrow('there is no "constructor" in the file');
  });

  it('names the place of an error and quotes nothing', async () => {
    const error: Error = await inFolder('broken.yaml').catch(reason => reason);
    expect(error.message).toContain('in line 1');
    expect(error.message).not.toContain('hunter2');
  });
});
