/** Run as a process of its own, to be killed: writes 40 MB into the store of the settings in `$SETTINGS`, and never ends. */
import { Readable } from 'node:stream';
import { S3ArtifactStore } from '../S3ArtifactStore';

async function* endless() {
  for (let megabyte = 0; megabyte < 40; megabyte += 1) {
    yield Buffer.alloc(1024 * 1024, megabyte);
  }
  await new Promise(() => {
    setInterval(() => {}, 60_000);
  });
}

async function main() {
  const store = await S3ArtifactStore.create({
    settings: JSON.parse(process.env.SETTINGS ?? ''),
    logger: { warn() {} },
  });
  await store.write(Readable.from(endless()));
}

main();
