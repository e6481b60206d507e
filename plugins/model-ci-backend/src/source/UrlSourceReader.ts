import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { UrlReaderService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError, NotModifiedError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import {
  parseEmbeddedGitUrl,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { LRUCache } from 'lru-cache';
import type {
  CommitFinder,
  FoundCommit,
  NamedRef,
} from './commits/CommitFinder';
import type { DefinitionReader, FoundDefinition } from './definitionReader';
import { folderOfArchive } from './folderOfArchive';
import { packFolder } from './packFolder';
import type { ResolvedCommit, SourceReader } from './SourceReader';
import {
  atRef,
  isCommit,
  refOf,
  repositoryOf,
  rootAtCommit,
} from './sourceUrl';
import { withReason } from '../withReason';

/** What hosts keep below `refs/` besides branches. */
const NAMESPACE =
  /^(?:refs|heads|tags|remotes|notes|pull|pulls|pull-requests?|pullrequests?|merge|merge-requests|changes|for|keep-around|environments)(?:\/|$)/i;

/** Each is a few hundred bytes. */
const MAX_VERIFIED = 10_000;

export interface UrlSourceReaderOptions {
  reader: UrlReaderService;
  integrations: ScmIntegrationRegistry;
  /** Hosts that can be asked about a commit alone; the others are asked for its tree. */
  finders?: CommitFinder[];
  definitions: DefinitionReader;
  /** The file that holds the entity of a pipeline, at the default branch; undefined where it is not known. */
  entityUrlOf(pipelineRef: string): Promise<string | undefined>;
  /** Bytes of a source tree, unpacked. */
  maxBytes: number;
  /** Files of a source tree. */
  maxEntries: number;
  /** Where trees lie while they are read. */
  workingDirectory?: string;
}

/**
 * Reads sources through Backstage's UrlReader, so from every code host that Backstage has an integration for.
 *
 * The embedded git host answers with the archive of the folder, the others with one of the whole repository, and Azure
 * DevOps with a zip archive that only Backstage can read.
 */
export class UrlSourceReader implements SourceReader {
  /** Commits that were on a branch or tag once: what has become of that since changes nothing about who has pushed them. */
  private readonly verified = new LRUCache<string, true>({ max: MAX_VERIFIED });

  constructor(private readonly options: UrlSourceReaderOptions) {}

  async resolve(
    sourceUrl: string,
    ref: string | undefined,
    signal?: AbortSignal,
  ): Promise<ResolvedCommit> {
    const wanted = ref ?? this.findDefaultBranch(sourceUrl);
    // Checks the name before it goes into the URL of anything.
    const url =
      wanted === undefined
        ? sourceUrl
        : atRef(sourceUrl, wanted, this.options.integrations);
    const branch =
      wanted === undefined || isCommit(wanted) ? {} : { branch: wanted };
    const found = wanted && (await this.find(sourceUrl, wanted, signal));
    if (found) {
      const { commit, message, tree } = found;
      return { commit, message, tree, ...branch };
    }
    const commit =
      wanted !== undefined && isCommit(wanted)
        ? await this.checkCommit(url, wanted, signal)
        : await this.readCommit(url, signal);
    return { commit, ...branch };
  }

  async findTree(
    sourceUrl: string,
    commit: string,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    try {
      return (await this.findCommit(sourceUrl, commit, signal))?.tree;
    } catch (error) {
      // Whether there is such a commit is for `readTree` to say.
      if (NotFoundError.is(error)) {
        return undefined;
      }
      throw error;
    }
  }

  async findEmails(
    sourceUrl: string,
    commit: string,
    signal?: AbortSignal,
  ): Promise<string[] | undefined> {
    return (await this.findCommit(sourceUrl, commit, signal))?.emails;
  }

  /** What a host says of another commit, such as that of a branch with the name of this one, says nothing of this one. */
  private async findCommit(
    sourceUrl: string,
    commit: string,
    signal?: AbortSignal,
  ): Promise<FoundCommit | undefined> {
    const found = await this.find(sourceUrl, commit, signal);
    if (found && found.commit !== commit) {
      throw new NotFoundError(
        `The host answered commit ${found.commit} in the place of ${commit}`,
      );
    }
    return found;
  }

  /** As the host of a source knows a commit; undefined for hosts that cannot be asked about a commit alone. */
  private async find(
    sourceUrl: string,
    ref: string,
    signal?: AbortSignal,
  ): Promise<FoundCommit | undefined> {
    for (const finder of this.options.finders ?? []) {
      const found = await finder.find(sourceUrl, ref, signal);
      if (found) {
        return found;
      }
    }
    return undefined;
  }

  async isOn(
    sourceUrl: string,
    commit: string,
    ref: NamedRef,
    signal?: AbortSignal,
  ): Promise<boolean | undefined> {
    const { finders = [], integrations } = this.options;
    // Checks the name before it goes into the URL of anything.
    const url = atRef(sourceUrl, ref.name, integrations);
    const repository = repositoryOf(sourceUrl, integrations);
    const key = `${repository}\n${commit}\n${ref.type} ${ref.name}`;
    if (this.verified.has(key)) {
      return true;
    }
    let isOn: boolean | undefined;
    for (const finder of finders) {
      isOn ??= await finder.isOn(sourceUrl, commit, ref, signal);
    }
    // Of any other host Backstage reads what a branch holds now, and no more.
    if (isOn === undefined && ref.type === 'branch' && isPlain(ref.name)) {
      isOn = (await this.readCommit(url, signal)) === commit || undefined;
    }
    if (isOn) {
      this.verified.set(key, true);
    }
    return isOn;
  }

  async readTree(
    sourceUrl: string,
    commit: string,
    signal?: AbortSignal,
  ): Promise<Readable> {
    const url = atRef(sourceUrl, commit, this.options.integrations);
    if (parseEmbeddedGitUrl(url)) {
      return await this.readArchive(url, signal);
    }
    const root = rootAtCommit(sourceUrl, commit, this.options.integrations);
    if (root) {
      const archive = await this.readArchive(root.url, signal);
      return folderOfArchive(archive, root.folder);
    }
    return await this.readUnpacked(url, signal);
  }

  /** For the hosts that are left: Backstage unpacks their archives, which have no links, into a folder. */
  private async readUnpacked(
    url: string,
    signal?: AbortSignal,
  ): Promise<Readable> {
    const folder = await this.makeFolder();
    const remove = () => rm(folder, { recursive: true, force: true });
    try {
      const tree = await this.options.reader.readTree(url, {
        filter: this.limit(),
        ...(signal && { signal }),
      });
      await tree.dir({ targetDir: folder });
    } catch (error) {
      await remove();
      throw error;
    }
    return packFolder(folder, remove);
  }

  /**
   * The archive as the host packs it. Unpacked by Backstage, or read of one folder only, it would lose links that lead out
   * of the folder, without a word, and the bytes of names that are not UTF-8; whoever stores the tree refuses links by name.
   */
  private async readArchive(
    url: string,
    signal?: AbortSignal,
  ): Promise<Readable> {
    const tree = await this.options.reader.readTree(url, {
      ...(signal && { signal }),
    });
    const archive = await tree.archive();
    return archive instanceof Readable ? archive : new Readable().wrap(archive);
  }

  async readDefinition(
    pipeline: { ref: string; sourceUrl: string },
    commit: string,
    signal?: AbortSignal,
  ): Promise<FoundDefinition> {
    const { definitions, entityUrlOf } = this.options;
    const entityUrl = await entityUrlOf(pipeline.ref);
    return await definitions.read({ ...pipeline, entityUrl }, commit, signal);
  }

  findDefaultBranch(sourceUrl: string): string | undefined {
    try {
      return refOf(sourceUrl, this.options.integrations);
    } catch {
      return undefined;
    }
  }

  repository(sourceUrl: string): string {
    try {
      return repositoryOf(sourceUrl, this.options.integrations);
    } catch {
      return sourceUrl;
    }
  }

  /** The readers of all code hosts answer the commit as the etag of a tree. */
  private async readCommit(url: string, signal?: AbortSignal): Promise<string> {
    const { reader } = this.options;
    const tree = await reader.readTree(url, {
      filter: () => false,
      ...(signal && { signal }),
    });
    // Keeps nothing, but reads the answer to its end: not every reader bears being left halfway.
    await tree.files();
    const { etag } = tree;
    if (!/^[0-9a-f]{7,64}$/.test(etag)) {
      throw withReason(
        InputError,
        reason('source.noCommitTold', { url, etag }),
      );
    }
    return etag;
  }

  /** Whether the host has a commit; with its name as etag, most answer without sending the tree. */
  private async checkCommit(
    url: string,
    commit: string,
    signal?: AbortSignal,
  ): Promise<string> {
    const { reader } = this.options;
    try {
      const tree = await reader.readTree(url, {
        etag: commit,
        filter: () => false,
        ...(signal && { signal }),
      });
      await tree.files();
    } catch (error) {
      if (!NotModifiedError.is(error)) {
        throw error;
      }
    }
    return commit;
  }

  private limit(): (path: string, info?: { size: number }) => boolean {
    const { maxBytes, maxEntries } = this.options;
    let bytes = 0;
    let entries = 0;
    return (_path, info) => {
      bytes += info?.size ?? 0;
      entries++;
      if (bytes > maxBytes || entries > maxEntries) {
        throw withReason(
          InputError,
          reason('source.tooLarge', { maxBytes, maxFiles: maxEntries }),
        );
      }
      return true;
    };
  }

  private async makeFolder(): Promise<string> {
    return await mkdtemp(
      join(this.options.workingDirectory ?? tmpdir(), 'model-ci-source-'),
    );
  }
}

/**
 * Whether a host can take the name for a branch's alone: not for a part of a commit's, be it one of a fork, and not, as
 * git itself reads `pull-requests/5/from`, for a ref below `refs/` that anybody may make.
 */
function isPlain(name: string): boolean {
  return !/^[0-9a-f]{4,64}$/i.test(name) && !NAMESPACE.test(name);
}
