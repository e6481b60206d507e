import { basename } from 'node:path';
import { NotFoundError } from '@backstage/errors';
import type { Router } from 'express';
import { z } from 'zod';
import {
  reason,
  type ArchiveFileList,
} from '@model-ci/backstage-plugin-model-ci-common';
import { textSchema } from '@model-ci/backstage-plugin-model-ci-node';
import { ArchiveFiles } from '../evaluations/ArchiveFiles';
import { withReason } from '../withReason';
import type { RouteContext } from './context';
import { demandBlob } from './demandBlob';
import { attachmentOf, sendBlob } from './sendBlob';

const MAX_PATH_LENGTH = 4096;

const fileQuery = z.strictObject({ path: textSchema(MAX_PATH_LENGTH) });

/** What lies in artifacts, to be looked at without taking all of it away. */
export function addArtifactFileRoutes(router: Router, context: RouteContext) {
  const { artifactStore } = context;
  const archives = new ArchiveFiles(artifactStore);

  router.get('/artifacts/:digest/files', async (req, res) => {
    const { digest, size } = await demandBlob(context, req);
    const { files, more } = await archives.list(digest, size);
    const list: ArchiveFileList = {
      items: files.map(({ start: _, ...file }) => file),
      more,
    };
    res.json(list);
  });

  router.get('/artifacts/:digest/file', async (req, res) => {
    const archive = await demandBlob(context, req, fileQuery);
    const { path } = archive.query;
    const file = await archives.find(archive, path);
    if (!file) {
      throw withReason(NotFoundError, reason('error.noFile', { path }));
    }
    const { start: first } = file;
    await sendBlob(req, res, {
      store: {
        open: (digest, range) =>
          artifactStore.open(digest, {
            start: first + (range?.start ?? 0),
            end: first + (range?.end ?? file.size - 1),
          }),
      },
      digest: archive.digest,
      size: file.size,
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': attachmentOf(basename(path)),
      },
    });
  });
}
