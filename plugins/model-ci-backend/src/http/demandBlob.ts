import { NotFoundError } from '@backstage/errors';
import type { Request } from 'express';
import { z } from 'zod';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { withReason } from '../withReason';
import { audited } from './audited';
import type { RouteContext } from './context';

const digestPath = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, {
    error: `must be 'sha256:' and 64 hexadecimal digits`,
  }),
});

/**
 * The blob that a request names, with its size, for who may read one of the pipelines that produced it. Recorded with the
 * auditor.
 */
export async function demandBlob<Q = unknown>(
  { access, auditor, artifactStore }: RouteContext,
  req: Request,
  /** What its URL may ask for. */
  querySchema?: z.ZodType<Q>,
): Promise<{ digest: string; size: number; query: Q }> {
  const credentials = await access.authenticateDownload(req);
  return await audited(
    auditor,
    {
      id: 'artifact-read',
      severity: 'low',
      request: req,
      // A cookie's user is known here alone.
      meta: { by: access.nameOf(credentials) },
    },
    async note => {
      const { path, query } = readRequest(req, {
        path: digestPath,
        query: querySchema,
      });
      note(path);
      const { digest } = path;
      const readable = await access.demandArtifact(credentials, digest);
      note({ pipelineRefs: readable });
      const size = await artifactStore.size(digest);
      if (size === undefined) {
        throw withReason(
          NotFoundError,
          reason('error.notForYou', {
            thing: reason('thing.artifact', { digest }),
          }),
        );
      }
      return { digest, size, query };
    },
  );
}
