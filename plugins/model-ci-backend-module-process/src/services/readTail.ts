import { openFile } from '@model-ci/backstage-plugin-model-ci-node';

/** Up to `maxBytes` from the end of the files, read one after the other. */
export async function readTail(
  paths: string[],
  maxBytes: number,
): Promise<string> {
  let tail = Buffer.alloc(0);
  for (const path of paths.toReversed()) {
    tail = Buffer.concat([await endOf(path, maxBytes - tail.length), tail]);
  }
  return tail.toString('utf8');
}

async function endOf(path: string, maxBytes: number): Promise<Buffer> {
  if (maxBytes <= 0) {
    return Buffer.alloc(0);
  }
  const file = await openFile(path);
  if (!file) {
    return Buffer.alloc(0);
  }
  try {
    const { size } = await file.stat();
    const length = Math.min(size, maxBytes);
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(length),
      0,
      length,
      size - length,
    );
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
