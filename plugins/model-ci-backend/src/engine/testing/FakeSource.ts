import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { NotFoundError } from '@backstage/errors';
import { pack } from 'tar-stream';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  DEFINITION_FILE,
  type FoundDefinition,
} from '../../source/definitionReader';
import type { NamedRef } from '../../source/commits/CommitFinder';
import type { ResolvedCommit, SourceReader } from '../../source/SourceReader';

export const FAKE_SOURCE_URL = 'https://git.example.com/house-price/main/';
export const FAKE_COMMIT = 'c0ffee'.padEnd(40, '0');

/** One repository in memory, whose default branch is `main`, for tests. */
export class FakeSource implements SourceReader {
  /** Errors that the next reads answer with, in order. */
  readonly failures: Error[] = [];
  /** Git's id of the tree of every commit; undefined as of a host that does not give it, an error as of one that fails. */
  tree?: string | Error;
  /** The addresses in every commit; undefined as of a host that does not give them, an error as of one that fails. */
  emails?: string[] | Error;
  /** Whether every commit is on every branch; undefined as of a host that cannot be asked, an error as of one that fails. */
  isOnRef?: boolean | Error = true;
  /** Commits that were read. */
  readonly reads: string[] = [];

  constructor(readonly files: Record<string, string>) {}

  async resolve(
    _sourceUrl: string,
    ref: string | undefined,
  ): Promise<ResolvedCommit> {
    if (ref === 'gone') {
      throw new NotFoundError(`There is no branch 'gone'`);
    }
    return {
      commit: FAKE_COMMIT,
      branch: ref ?? 'main',
      message: 'Fit the line',
    };
  }

  async findTree(): Promise<string | undefined> {
    if (this.tree instanceof Error) {
      throw this.tree;
    }
    return this.tree;
  }

  async findEmails(): Promise<string[] | undefined> {
    if (this.emails instanceof Error) {
      throw this.emails;
    }
    return this.emails;
  }

  async isOn(
    _sourceUrl: string,
    _commit: string,
    _ref: NamedRef,
  ): Promise<boolean | undefined> {
    if (this.isOnRef instanceof Error) {
      throw this.isOnRef;
    }
    return this.isOnRef;
  }

  async readTree(_sourceUrl: string, commit: string): Promise<Readable> {
    this.reads.push(commit);
    const failure = this.failures.shift();
    if (failure) {
      throw failure;
    }
    return Readable.from([await packFiles(this.files)]);
  }

  async readDefinition(
    _pipeline: { ref: string; sourceUrl: string },
    commit: string,
  ): Promise<FoundDefinition> {
    const file = DEFINITION_FILE;
    const text = this.files[file];
    return text === undefined
      ? {
          type: 'missing',
          what: 'definition',
          file,
          reason: reason('definition.noFileOfPipeline', { file, commit }),
        }
      : { type: 'text', file, text };
  }

  findDefaultBranch(): string {
    return 'main';
  }

  repository(): string {
    return 'https://git.example.com/house-price';
  }
}

/** A tar archive of files given by path. */
export async function packFiles(
  files: Record<string, string>,
): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) {
    archive.entry({ name }, text);
  }
  archive.finalize();
  return await buffer(Readable.from(archive));
}
