import type {
  UrlReaderService,
  UrlReaderServiceReadTreeOptions,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '@backstage/backend-plugin-api';
import {
  type ReadTreeResponseFactory,
  ReadUrlResponseFactory,
} from '@backstage/backend-defaults/urlReader';
import {
  assertError,
  InputError,
  NotAllowedError,
  NotModifiedError,
} from '@backstage/errors';
import {
  formatEmbeddedRawUrl,
  parseEmbeddedGitUrl,
} from '@model-ci/backstage-plugin-model-ci-common';
import { Minimatch } from 'minimatch';
import { folderExists } from '../git/bareRepository';
import { noRepository, repositoryFolder } from '../git/names';
import { listFiles, openArchive, openFile } from '../git/readObject';
import { resolveCommit } from '../git/resolveCommit';
import type { TreeLimits } from '../git/walkTree';

export interface GitHostUrlReaderOptions {
  /** Folder of all repositories. */
  directory: string;
  /** Base URL of the git host; URLs below it are read here. */
  gitBaseUrl: string;
  treeResponseFactory: ReadTreeResponseFactory;
  limits: TreeLimits;
  /** Why nothing may be read; undefined where it may. */
  refusal?: string;
}

interface Place {
  folder: string;
  repository: string;
  ref: string;
  commit: string;
  path: string;
}

/**
 * Reads the embedded host's repositories from their folder, within the process that asks. The etag is always
 * the commit, so that whoever read a branch knows exactly what it got.
 */
export class GitHostUrlReader implements UrlReaderService {
  readonly #options: GitHostUrlReaderOptions;

  constructor(options: GitHostUrlReaderOptions) {
    this.#options = options;
  }

  /** Whether a URL is one of this host's. */
  handles(url: URL): boolean {
    return (
      parseEmbeddedGitUrl(url.href)?.gitBaseUrl === this.#options.gitBaseUrl
    );
  }

  async read(url: string): Promise<Buffer> {
    return await (await this.readUrl(url)).buffer();
  }

  async readUrl(
    url: string,
    options: UrlReaderServiceReadUrlOptions = {},
  ): Promise<UrlReaderServiceReadUrlResponse> {
    const place = await this.#find(url, options);
    const file = await openFile(place.folder, place.commit, place.path, {
      signal: options.signal,
    });
    return await ReadUrlResponseFactory.fromReadable(file.open(), {
      etag: place.commit,
    });
  }

  async readTree(
    url: string,
    options: UrlReaderServiceReadTreeOptions = {},
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const place = await this.#find(url, options);
    const stream = await openArchive(place.folder, place.commit, place.path, {
      limits: this.#options.limits,
      signal: options.signal,
    });
    return await this.#options.treeResponseFactory.fromTarArchive({
      stream,
      etag: place.commit,
      filter: options.filter,
      stripFirstDirectory: false,
    });
  }

  async search(
    url: string,
    options: UrlReaderServiceSearchOptions = {},
  ): Promise<UrlReaderServiceSearchResponse> {
    const place = await this.#find(url, options);
    const pattern = new Minimatch(place.path, { nonegate: true, dot: true });
    const { folder, commit } = place;
    const paths = pattern.hasMagic()
      ? (
          await listFiles(folder, commit, {
            limits: this.#options.limits,
            signal: options.signal,
          })
        ).filter(path => pattern.match(path))
      : await this.#existing(place, options.signal);
    return {
      etag: commit,
      files: paths.map(path => ({
        url: formatEmbeddedRawUrl({
          gitBaseUrl: this.#options.gitBaseUrl,
          repository: place.repository,
          ref: place.ref,
          path,
        }),
        content: async () => {
          const file = await openFile(folder, commit, path, {
            signal: options.signal,
          });
          return Buffer.concat(await file.open().toArray());
        },
      })),
    };
  }

  toString(): string {
    return `modelCiGit{baseUrl=${this.#options.gitBaseUrl}}`;
  }

  async #find(
    url: string,
    options: { etag?: string; signal?: AbortSignal },
  ): Promise<Place> {
    const { refusal } = this.#options;
    if (refusal !== undefined) {
      throw new NotAllowedError(refusal);
    }
    const location = parseEmbeddedGitUrl(url);
    if (!location) {
      throw new InputError(`${url} is no URL of the embedded git host`);
    }
    const { repository, path, ref = 'HEAD' } = location;
    const folder = repositoryFolder(this.#options.directory, repository);
    if (!(await folderExists(folder))) {
      throw noRepository(repository);
    }
    const commit = await resolveCommit(folder, ref, { signal: options.signal });
    if (commit === options.etag) {
      throw new NotModifiedError();
    }
    return { folder, repository, ref, commit, path };
  }

  /** The path itself if it is a file. */
  async #existing(
    { folder, commit, path }: Place,
    signal: AbortSignal | undefined,
  ): Promise<string[]> {
    try {
      await openFile(folder, commit, path, { signal });
      return [path];
    } catch (error) {
      assertError(error);
      if (error.name === 'NotFoundError' || error.name === 'InputError') {
        return [];
      }
      throw error;
    }
  }
}
