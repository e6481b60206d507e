import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceUnavailableError } from '@backstage/errors';
import { ResultsLostError } from '@model-ci/backstage-plugin-model-ci-node';
import { demandFolder, folderOf } from './folder';

describe("an attempt's folder", () => {
  let mounted: string;
  beforeEach(async () => {
    mounted = await mkdtemp(join(tmpdir(), 'model-ci-folder-'));
  });
  afterEach(() => rm(mounted, { recursive: true }));

  it('is lost for good where it alone is gone', async () => {
    const attempts = join(mounted, 'attempts');
    const folder = folderOf(attempts, 'a');
    const { root } = folder;
    await mkdir(root, { recursive: true });
    await expect(demandFolder(folder)).resolves.toBeUndefined();
    await rm(root, { recursive: true });
    await expect(demandFolder(folder)).rejects.toThrow(ResultsLostError);
  });

  it('may come back where the folder of all attempts is away with it', async () => {
    const folder = folderOf(join(mounted, 'away'), 'a');
    await expect(demandFolder(folder)).rejects.toThrow(ServiceUnavailableError);
  });
});
