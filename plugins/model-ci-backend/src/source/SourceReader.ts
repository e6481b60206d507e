import type { Readable } from 'node:stream';
import type { NamedRef } from './commits/CommitFinder';
import type { FoundDefinition } from './definitionReader';

/** A commit, and what is known of the way to it. */
export interface ResolvedCommit {
  commit: string;
  /** The branch that was asked for; absent when a commit was asked for. */
  branch?: string;
  /** Subject of the commit, where the host reports it. */
  message?: string;
  /** Git's id of the commit's tree, where the host gives it. */
  tree?: string;
}

/**
 * Reads the folder of a pipeline from wherever its repository is kept.
 *
 * A source URL names the folder that holds the entity at the default branch, as the catalog knows it, and
 * ends in `/`. An `InputError` or `NotFoundError` means that asking again will not help; anything else that
 * the host may be out of reach for a while.
 */
export interface SourceReader {
  /** The commit that a branch, a tag or a commit stands for; the default branch's if no ref is given. */
  resolve(
    sourceUrl: string,
    ref: string | undefined,
    signal?: AbortSignal,
  ): Promise<ResolvedCommit>;

  /** Git's id of a commit's tree; undefined where the host does not give it. */
  findTree(
    sourceUrl: string,
    commit: string,
    signal?: AbortSignal,
  ): Promise<string | undefined>;

  /**
   * The e-mail addresses that a commit names as its author's and its committer's, which nobody has checked; undefined
   * where the host does not give them. Rejects with a `NotFoundError` if there is no such commit.
   */
  findEmails(
    sourceUrl: string,
    commit: string,
    signal?: AbortSignal,
  ): Promise<string[] | undefined>;

  /** The folder at a commit as a tar archive, entries named relative to the folder. */
  readTree(
    sourceUrl: string,
    commit: string,
    signal?: AbortSignal,
  ): Promise<Readable>;

  /** What the entity of a pipeline names as its definition at a commit. */
  readDefinition(
    pipeline: { ref: string; sourceUrl: string },
    commit: string,
    signal?: AbortSignal,
  ): Promise<FoundDefinition>;

  /**
   * Whether a commit is reachable from what a branch or tag of the repository points at, as the repository itself says;
   * undefined where it cannot be asked. Rejects where the host does not answer.
   */
  isOn(
    sourceUrl: string,
    commit: string,
    ref: NamedRef,
    signal?: AbortSignal,
  ): Promise<boolean | undefined>;

  /** The branch that the source URL itself names. */
  findDefaultBranch(sourceUrl: string): string | undefined;

  /** The URL of the repository, for people. */
  repository(sourceUrl: string): string;
}
