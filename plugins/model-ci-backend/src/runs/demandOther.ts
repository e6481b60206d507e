import {
  isError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { findRun } from '../database/operations/runs/findRun';
import { listRunAuthors } from '../database/operations/runs/listRunAuthors';
import { sameRef } from '../permissions/rules';
import type { SourceReader } from '../source/SourceReader';
import { withReason } from '../withReason';

export interface DemandOtherOptions {
  db: Knex;
  source: Pick<SourceReader, 'findEmails'>;
  /** The e-mail address of a user in the catalog; undefined where it has none. */
  findEmail(userRef: string): Promise<string | undefined>;
}

/**
 * Four eyes: whoever pushed the commit, asked for a run of it, or wrote it has an interest in how it ends.
 *
 * Anybody can write any address into a commit. So addresses only ever exclude people, and they are looked up for each
 * decision instead of being kept: those of a repository's history are personal data.
 */
export async function demandOther(
  options: DemandOtherOptions,
  { runId, by }: { runId: string; by: string },
): Promise<void> {
  const { db } = options;
  const run = await findRun(db, { runId });
  const authors = await listRunAuthors(db, { run });
  if (authors.some(author => sameRef(author, by))) {
    const { number, pipeline_ref: pipeline } = run;
    throw withReason(
      NotAllowedError,
      reason('error.ownRun', { number, pipeline }),
    );
  }
  const { commit } = run;
  if (commit !== null && (await hasMade(options, by, run.source_url, commit))) {
    throw withReason(NotAllowedError, reason('error.ownCommit', { commit }));
  }
}

// Somebody waits for the answer, and may ask again
const HOST_ANSWERS_WITHIN_MS = 15_000;

/** Whether a commit names a user by the address that the catalog has of them. */
async function hasMade(
  { source, findEmail }: DemandOtherOptions,
  by: string,
  sourceUrl: string,
  commit: string,
): Promise<boolean> {
  const own = await findEmail(by);
  if (own === undefined) {
    return false;
  }
  try {
    const emails = await source.findEmails(
      sourceUrl,
      commit,
      AbortSignal.timeout(HOST_ANSWERS_WITHIN_MS),
    );
    return (emails ?? []).some(email => sameEmail(email, own));
  } catch (error) {
    // Somebody may be excluded by what the host does not say now.
    const why = reason('error.authorUnknown', {
      commit,
      error: isError(error) ? error.message : String(error),
    });
    throw NotFoundError.is(error)
      ? withReason(NotAllowedError, why, error)
      : withReason(ServiceUnavailableError, why, error);
  }
}

function sameEmail(one: string, other: string): boolean {
  return normalize(one) === normalize(other);
}

function normalize(email: string): string {
  return email.trim().normalize('NFC').toLocaleLowerCase('en-US');
}
