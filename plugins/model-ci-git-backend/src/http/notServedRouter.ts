import { NotAllowedError } from '@backstage/errors';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { authenticate, type GitAccessOptions, Refusal } from './gitAccess';

/** Everything below a repository. None of it needs Backstage credentials to be asked for; each route checks for itself. */
export const REPOSITORY_PATH = '/:repository.git';

/** What is asked for below a repository and is not there: a valid token hears that, and nobody else hears anything. */
export function createNotServedRouter(options: GitAccessOptions): Router {
  const router = PromiseRouter();
  router.use(REPOSITORY_PATH, async (req, res) => {
    res.set('Cache-Control', 'no-store').type('text/plain');
    req.resume();
    try {
      await authenticate(req, options);
      res.status(404).send('The git host does not serve this\n');
    } catch (error) {
      if (error instanceof Refusal) {
        res.status(error.status).set(error.headers).send(`${error.message}\n`);
      } else if (NotAllowedError.is(error)) {
        res.status(403).send(`${error.message}\n`);
      } else {
        throw error;
      }
    }
  });
  return router;
}
