import { NotAllowedError } from '@backstage/errors';
import type { CreationRefusal } from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { addLfsBytes } from '../database/operations/repositories/addLfsBytes';
import { setGitBytes } from '../database/operations/repositories/setGitBytes';
import { sumOwner } from '../database/operations/repositories/sumOwner';
import type { RepositoryRow } from '../database/tables';
import { measureRepository } from '../git/measureRepository';
import { repositoryFolder } from '../git/names';

export interface QuotasOptions {
  db: Knex;
  /** Folder of all repositories. */
  directory: string;
  repositoriesPerOwner: number;
  bytesPerOwner: number;
}

type QuotaRefusal = Extract<
  CreationRefusal,
  { reason: 'too-many-repositories' | 'too-many-bytes' }
>;

/** How much an owner may keep on the host. */
export class Quotas {
  readonly #options: QuotasOptions;

  constructor(options: QuotasOptions) {
    this.#options = options;
  }

  /** What the owner has too much of for one more repository. */
  async findExceeded(ownerRef: string): Promise<QuotaRefusal | undefined> {
    const { db, repositoriesPerOwner, bytesPerOwner } = this.#options;
    const { repositories, bytes } = await sumOwner(db, { ownerRef });
    if (repositories >= repositoriesPerOwner) {
      return {
        reason: 'too-many-repositories',
        owner: ownerRef,
        repositories,
        limit: repositoriesPerOwner,
      };
    }
    // A repository that could not take its first commit is not worth its name.
    return bytes >= bytesPerOwner
      ? {
          reason: 'too-many-bytes',
          owner: ownerRef,
          bytes,
          limit: bytesPerOwner,
        }
      : undefined;
  }

  /** Refuses one more repository where the owner has as much as it may have. */
  async requireRepository(ownerRef: string): Promise<void> {
    const exceeded = await this.findExceeded(ownerRef);
    if (exceeded) {
      throw new NotAllowedError(describeExceeded(exceeded));
    }
  }

  /** Bytes that the owner of a repository may still add; refuses where there are none. */
  async roomFor(repository: RepositoryRow): Promise<number> {
    const { db, bytesPerOwner } = this.#options;
    const ownerRef = repository.owner_ref;
    const { bytes } = await sumOwner(db, { ownerRef });
    if (bytes >= bytesPerOwner) {
      throw new NotAllowedError(
        describeManyBytes(ownerRef, bytes, bytesPerOwner),
      );
    }
    return bytesPerOwner - bytes;
  }

  /** Counts an object of Git LFS that a repository got. */
  async addLfs(repository: RepositoryRow, bytes: number): Promise<void> {
    await addLfsBytes(this.#options.db, { name: repository.name, bytes });
  }

  /** Notes how much a repository takes now. */
  async measure(repository: RepositoryRow): Promise<void> {
    const { db, directory } = this.#options;
    const { name } = repository;
    const bytes = await measureRepository(repositoryFolder(directory, name));
    await setGitBytes(db, { name, bytes });
  }
}

function describeExceeded(refusal: QuotaRefusal): string {
  const { owner, limit } = refusal;
  return refusal.reason === 'too-many-repositories'
    ? describeManyRepositories(owner, refusal.repositories, limit)
    : describeManyBytes(owner, refusal.bytes, limit);
}

function describeManyRepositories(
  ownerRef: string,
  count: number,
  limit: number,
): string {
  return `${ownerRef} has ${count} repositories, and may have ${limit} (modelCi.git.quotas.repositoriesPerOwner): an administrator can delete one or raise the quota`;
}

function describeManyBytes(
  ownerRef: string,
  bytes: number,
  limit: number,
): string {
  return `The repositories of ${ownerRef} take ${bytes} bytes, and may take ${limit} (modelCi.git.quotas.bytesPerOwner): an administrator can delete one or raise the quota`;
}
