import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type {
  AuditorService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import { AuthenticationError } from '@backstage/errors';
import { gitRepositoryReadPermission } from '@model-ci/backstage-plugin-model-ci-common';
import {
  onceClosed,
  readRequest,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { RepositoryAuthorizer } from '../permissions/RepositoryAuthorizer';
import type { RepositoryService } from '../repositories/RepositoryService';
import { audited } from './audited';

export interface RawRouterOptions {
  repositories: RepositoryService;
  authorizer: RepositoryAuthorizer;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}

/** Path of raw files. It is open to requests without credentials, and refuses or redirects them itself. */
export const RAW_PATH = '/:repository.git/raw';

const TEXT = new Set(
  '.cfg .conf .css .csv .diff .env .html .ini .java .js .json .jsonl .jsx .log .md .patch .py .r .rst .sh .sql .svg .toml .ts .tsx .tsv .txt .xml .yaml .yml'.split(
    ' ',
  ),
);

/** `/<name>.git/raw/<ref>/<path>`: one file's bytes, for people. Nothing that a repository holds runs in the portal's name. */
export function createRawRouter(options: RawRouterOptions): Router {
  const { repositories, authorizer, httpAuth, auditor } = options;
  const router = PromiseRouter();

  router.get(`${RAW_PATH}/:ref/:path(*)`, async (req, res) => {
    const { repository, ref, path: filePath } = req.params;
    const credentials = await httpAuth.credentials(req, {
      allow: ['user', 'service', 'none'],
    });
    if (credentials.principal.type === 'none') {
      // A link such as the catalog's to an entity's source: a browser brings no credentials along.
      if (req.accepts(['json', 'html']) === 'html') {
        res.redirect(repositories.pageOf(repository));
        return;
      }
      throw new AuthenticationError('Log in to read files');
    }
    readRequest(req, {});
    const closed = new AbortController();
    onceClosed(res, () => closed.abort());
    const file = await audited(
      auditor,
      {
        eventId: 'repository-read',
        severityLevel: 'low',
        request: req,
        meta: { repository, ref, path: filePath, by: 'raw' },
      },
      async () => {
        await authorizer.requireFor(
          credentials,
          gitRepositoryReadPermission,
          repository,
        );
        const row = await repositories.find(repository);
        return await repositories.openFile(row, ref, filePath, {
          signal: closed.signal,
        });
      },
    );
    res.set({
      'Content-Type': isText(filePath)
        ? 'text/plain; charset=utf-8'
        : 'application/octet-stream',
      'Content-Length': String(file.size),
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-site',
      'Cache-Control': 'private, no-cache',
      ETag: `"${file.commit}"`,
    });
    await pipeline(file.open(), res).catch(error => {
      // The head of the answer is gone already: all that is left is to cut it off.
      if (!closed.signal.aborted) {
        res.destroy(error);
      }
    });
  });

  return router;
}

function isText(filePath: string): boolean {
  const extension = path.posix.extname(filePath).toLowerCase();
  return extension === '' || TEXT.has(extension);
}
