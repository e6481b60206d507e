/* eslint-disable no-console */
/**
 * Copies the artifacts of the folder `modelCi.storage.directory` into the bucket `modelCi.storage.s3`. Described in the
 * package's README.
 *
 *   migrate [--config app-config.yaml]… [--from directory] [--verify]
 */
import { parseArgs } from 'node:util';
import { ConfigSources } from '@backstage/config-loader';
import { readS3Settings } from './config';
import { migrateFolder, type Migration } from './migration/migrateFolder';
import { S3ArtifactStore } from './S3ArtifactStore';

const PROGRESS_MS = 10_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      config: { type: 'string', multiple: true },
      from: { type: 'string' },
      verify: { type: 'boolean', default: false },
    },
  });
  const config = await ConfigSources.toConfig(
    ConfigSources.default({ argv: process.argv.slice(2) }),
  );
  const settings = readS3Settings(config);
  const directory =
    values.from ?? config.getOptionalString('modelCi.storage.directory');
  if (!settings || !directory) {
    throw new Error(
      `Configure both 'modelCi.storage.s3' and the folder that is copied from, as 'modelCi.storage.directory' or with --from`,
    );
  }
  const logger = { warn: (message: string) => console.warn(message) };
  const store = await S3ArtifactStore.create({ settings, logger });
  let shown = Date.now();
  const migration = await migrateFolder({
    directory,
    store,
    verify: values.verify,
    onProgress(soFar) {
      if (Date.now() - shown > PROGRESS_MS) {
        shown = Date.now();
        console.log(describe(soFar));
      }
    },
  });
  store.dispose();
  config.close();
  console.log(`Done: ${describe(migration)}`);
  migration.damaged.forEach(path => console.error(`Damaged: ${path}`));
  process.exitCode = migration.damaged.length > 0 ? 1 : 0;
}

function describe({
  copied,
  copiedBytes,
  present,
  damaged,
}: Migration): string {
  const gigabytes = (copiedBytes / 1e9).toFixed(2);
  return `${copied} artifacts copied (${gigabytes} GB), ${present} were there, ${damaged.length} are damaged and left out`;
}

main().catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
