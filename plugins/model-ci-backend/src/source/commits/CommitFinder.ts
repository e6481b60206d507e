import { NotFoundError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';

/** A commit as its code host knows it. */
export interface FoundCommit {
  commit: string;
  /** Git's id of the commit's tree, where the host gives it: two commits with the same one hold exactly the same files. */
  tree?: string;
  /** Subject of its message. */
  message?: string;
  /** The e-mail addresses of its author and its committer: what whoever made the commit wrote, and nobody checked. */
  emails?: string[];
}

/**
 * Asks a code host about one commit by the host's own interface, which costs one small request where Backstage's
 * `UrlReader` would fetch the whole tree, and reports the message.
 */
export interface CommitFinder {
  /**
   * The commit that a branch, a tag or a commit stands for in the repository of a source URL; undefined if the
   * source is not on a host that this finder asks. Rejects with a `NotFoundError` if the host knows none.
   */
  find(
    sourceUrl: string,
    ref: string,
    signal?: AbortSignal,
  ): Promise<FoundCommit | undefined>;

  /**
   * Whether a commit is reachable from what a branch or tag of the repository points at now; undefined as above. That the
   * host has the commit says nothing: many answer with commits of forks too. Rejects where the host does not answer.
   */
  isOn(
    sourceUrl: string,
    commit: string,
    ref: NamedRef,
    signal?: AbortSignal,
  ): Promise<boolean | undefined>;
}

/** Whether a commit is one that a ref points at, or stands before it; false where the host has no such ref or commit. */
export async function isReachable(
  commit: string,
  host: {
    /** Rejects with a `NotFoundError`. */
    findHead(): Promise<string>;
    /** Whether it stands before another one. */
    isBefore(head: string): Promise<boolean>;
  },
): Promise<boolean> {
  try {
    const head = await host.findHead();
    return head === commit || (await host.isBefore(head));
  } catch (error) {
    if (NotFoundError.is(error)) {
      return false;
    }
    throw error;
  }
}

/** A branch or a tag, by its own name. */
export interface NamedRef {
  type: 'branch' | 'tag';
  name: string;
}

export interface IntegrationFinderOptions {
  integrations: ScmIntegrationRegistry;
}

/** The addresses that a commit names; old commits may lack them. */
export function emailsOf(
  ...addresses: Array<string | null | undefined>
): string[] {
  return [...new Set(addresses.flatMap(address => address?.trim() || []))];
}

const MAX_SUBJECT = 1000;

/** The first line of a commit's message, as the database can keep it. */
export function subjectOf(message: string | undefined): string | undefined {
  const [line] = (message ?? '').trim().split('\n');
  return line.replaceAll('\0', '').trim().slice(0, MAX_SUBJECT) || undefined;
}
