import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Router } from 'express';

const NAME = 'model_ci.py';

/** The file of the client, as it is in the package. */
export const CLIENT_FILE = join(
  resolvePackagePath('@model-ci/backstage-plugin-model-ci-backend', 'client'),
  NAME,
);

/**
 * The client with which another CI reports, for everybody: builds fetch it before they use their token. Its tag is the SHA-256
 * of its bytes, which also stands in a file that `sha256sum -c` reads.
 */
export function addClientRoutes(router: Router) {
  let client: Promise<{ content: Buffer; hash: string }> | undefined;
  const read = async () => {
    client ??= readClient();
    return await client;
  };

  router.get(`/client/${NAME}`, async (req, res) => {
    const { content, hash } = await read();
    res.set({
      'Content-Type': 'text/x-python; charset=utf-8',
      'Cache-Control': 'no-cache',
      ETag: `"${hash}"`,
    });
    if (req.fresh) {
      res.status(304).end();
    } else {
      res.send(content);
    }
  });

  router.get(`/client/${NAME}.sha256`, async (_req, res) => {
    const { hash } = await read();
    res.set('Cache-Control', 'no-cache').type('text/plain');
    res.send(`${hash}  ${NAME}\n`);
  });
}

async function readClient() {
  const content = await readFile(CLIENT_FILE);
  return { content, hash: createHash('sha256').update(content).digest('hex') };
}
