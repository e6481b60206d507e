import { posix } from 'node:path';
import type {
  BackstageCredentials,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import {
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import pLimit from 'p-limit';
import {
  type FoundPipeline,
  reason,
  type RepositoryAnalysis,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { PipelineService } from '../PipelineService';
import { describeError } from '../../describeError';
import type { RepositoryFinder } from '../../source/repositories/RepositoryFinder';
import {
  pageToWrite,
  readRepositoryUrl,
  type RepositoryPlace,
  urlAt,
} from '../../source/repositories/RepositoryPlace';
import { sourceIdentityOf } from '../../source/sourceUrl';
import { withinTime } from '../../withinTime';
import { withReason } from '../../withReason';
import {
  type FoundFiles,
  isDefinition,
  isEntityFile,
  MAX_FILE_BYTES,
  type PipelineInRepository,
  readFoundFiles,
} from './readFoundFiles';

export interface RepositoryAnalyzerOptions {
  /** Asks the catalog where the mirror has none. */
  pipelines: Pick<PipelineService, 'find'>;
  reader: UrlReaderService;
  integrations: ScmIntegrationRegistry;
  repositories: Pick<RepositoryFinder, 'find'>;
  /** Where the portal shows a repository of the embedded host, and where that is cloned from; both without its name. */
  embedded(): Promise<{ pages: string; repositories: string }>;
  /** Milliseconds for one repository. */
  timeout?: number;
}

/** More than any monorepo is registered with at once by hand. */
const MAX_FILES = 100;
/** Of all files that are parsed, which takes up to ten seconds for as many. */
const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_DEPTH = 10;
const TIMEOUT = 60_000;
/** Each may be the archive of a whole repository. */
const AT_ONCE = 4;
/** Each may be a question to the catalog. */
const ASKED_AT_ONCE = 10;

/** What docs/import.md describes, where its system looks for it. */
const IMPORTABLE =
  /(?:^|\/)Jenkinsfile$|^\.travis\.ya?ml$|^\.gitlab-ci\.ya?ml$|^\.github\/workflows\/[^/]+\.ya?ml$/;

/** Folders of what was installed or is hidden, where nobody keeps a pipeline of their own. */
const SKIPPED = new Set(['.git', 'node_modules', '.venv', 'site-packages']);

/** Finds what a repository has that can be registered. It reads the default branch with the credentials of the portal. */
export class RepositoryAnalyzer {
  readonly #options: RepositoryAnalyzerOptions;
  readonly #limit = pLimit(AT_ONCE);
  readonly #asking = pLimit(ASKED_AT_ONCE);

  constructor(options: RepositoryAnalyzerOptions) {
    this.#options = options;
  }

  async analyze(
    url: string,
    onBehalfOf: BackstageCredentials,
  ): Promise<RepositoryAnalysis> {
    const { embedded, integrations } = this.#options;
    const { pages, repositories } = await embedded();
    const name = url.startsWith(pages)
      ? /^[^/?#]+/.exec(url.slice(pages.length))?.[0]
      : undefined;
    const asked = readRepositoryUrl(
      name === undefined ? url : `${repositories}${name}.git`,
      integrations,
    );
    return await this.#limit(() => this.#analyze(asked, onBehalfOf));
  }

  async #analyze(
    asked: RepositoryPlace,
    onBehalfOf: BackstageCredentials,
  ): Promise<RepositoryAnalysis> {
    const { timeout = TIMEOUT } = this.#options;
    const signal = AbortSignal.timeout(timeout);
    const { branch, place } = await this.#find(asked, signal, onBehalfOf);
    const { files, importable, isTruncated } = await this.#read(
      place,
      branch,
      signal,
    );
    const repository = posix.basename(place.url).replace(/\.git$/, '');
    const found = await readFoundFiles(files, repository, signal).catch(
      error => {
        throw signal.aborted ? tooSlow(place.url, timeout) : error;
      },
    );
    const locate = (path: string) => urlAt(place, branch, path);
    return {
      repositoryUrl: place.url,
      branch,
      pipelines: await this.#compare(found.pipelines, locate, path =>
        pageToWrite(place, branch, path, files.has(path)),
      ),
      entityFiles: found.entityFiles.map(file => ({
        ...file,
        locationUrl: locate(file.path),
      })),
      importable,
      isTruncated: isTruncated || found.isTruncated,
    };
  }

  async #find(
    asked: RepositoryPlace,
    signal: AbortSignal,
    onBehalfOf: BackstageCredentials,
  ): Promise<{ place: RepositoryPlace; branch: string }> {
    const { url } = asked;
    try {
      const found = await this.#options.repositories.find(
        asked,
        signal,
        onBehalfOf,
      );
      if (!found?.defaultBranch) {
        throw withReason(InputError, reason('repository.empty', { url }));
      }
      return {
        place: { ...asked, url: found.url },
        branch: found.defaultBranch,
      };
    } catch (error) {
      if (InputError.is(error)) {
        throw error;
      }
      throw NotFoundError.is(error)
        ? withReason(NotFoundError, reason('repository.notFound', { url }))
        : away(url, error);
    }
  }

  async #read(
    place: RepositoryPlace,
    branch: string,
    signal: AbortSignal,
  ): Promise<{
    files: FoundFiles;
    importable: string[];
    isTruncated: boolean;
  }> {
    const { reader, timeout = TIMEOUT } = this.#options;
    const files: FoundFiles = new Map();
    const importable: string[] = [];
    let isTruncated = false;
    let length = 0;
    const filter = (path: string, info?: { size: number }) => {
      const sort = sortOf(path);
      if (!sort) {
        return false;
      }
      const list = sort === 'importable' ? importable.length : files.size;
      if (list >= MAX_FILES) {
        isTruncated = true;
        return false;
      }
      if (sort === 'importable') {
        importable.push(path);
        return false;
      }
      const bytes = info?.size ?? 0;
      if (bytes > MAX_FILE_BYTES) {
        files.set(path, bytes);
        return false;
      }
      length += bytes;
      if (length > MAX_TEXT_BYTES) {
        isTruncated = true;
        return false;
      }
      files.set(path, bytes);
      return true;
    };
    const { url } = place;
    const reading = async () => {
      const tree = await reader.readTree(urlAt(place, branch, ''), {
        filter,
        signal,
      });
      for (const file of await tree.files()) {
        const content = await file.content();
        files.set(
          file.path,
          content.length > MAX_FILE_BYTES
            ? content.length
            : content.toString('utf8'),
        );
      }
      // What is no file, such as a link, was counted and has no content.
      [...files]
        .filter(
          ([, text]) => typeof text === 'number' && text <= MAX_FILE_BYTES,
        )
        .forEach(([path]) => files.delete(path));
      return true;
    };
    // Not every reader stops when it is told to.
    const done = await withinTime(
      reading().catch(error => {
        throw signal.aborted ? tooSlow(url, timeout) : away(url, error);
      }),
      timeout,
    );
    if (!done) {
      throw tooSlow(url, timeout);
    }
    return { files, importable: importable.sort(), isTruncated };
  }

  /** Adds what the catalog has of the pipelines. */
  async #compare(
    pipelines: PipelineInRepository[],
    locate: (path: string) => string,
    pageToWriteOf: (path: string) => string | undefined,
  ): Promise<FoundPipeline[]> {
    const { pipelines: known, integrations } = this.#options;
    const rows = await Promise.all(
      pipelines.map(
        async ({ entity }) =>
          entity && (await this.#asking(() => known.find(entity.ref))),
      ),
    );
    return pipelines.map(({ entity, proposal, ...pipeline }, index) => {
      if (entity) {
        const locationUrl = locate(entity.file);
        const row = rows[index];
        const isRegistered = isSameFile(
          row?.entity_url ?? undefined,
          locationUrl,
          integrations,
        );
        const isTaken = row !== undefined && !isRegistered;
        return {
          ...pipeline,
          entity: { ...entity, locationUrl, isRegistered, isTaken },
        };
      }
      return {
        ...pipeline,
        ...(proposal && {
          proposal: {
            ...proposal,
            locationUrl: locate(proposal.entityFile),
            editUrl: pageToWriteOf(proposal.entityFile),
          },
        }),
      };
    });
  }
}

/** At whatever branch. */
function isSameFile(
  known: string | undefined,
  url: string,
  integrations: ScmIntegrationRegistry,
): boolean {
  try {
    return (
      known !== undefined &&
      sourceIdentityOf(known, integrations) ===
        sourceIdentityOf(url, integrations)
    );
  } catch {
    return false;
  }
}

function sortOf(path: string): 'read' | 'importable' | undefined {
  const parts = path.split('/');
  if (parts.length > MAX_DEPTH || parts.some(part => SKIPPED.has(part))) {
    return undefined;
  }
  if (isDefinition(path) || isEntityFile(path)) {
    return 'read';
  }
  return IMPORTABLE.test(path) ? 'importable' : undefined;
}

function away(url: string, error: unknown): Error {
  return withReason(
    ServiceUnavailableError,
    reason('repository.hostAway', {
      host: new URL(url).host,
      problem: describeError(error).slice(0, 200),
    }),
  );
}

function tooSlow(url: string, timeout: number): Error {
  return withReason(
    ServiceUnavailableError,
    reason('repository.tooSlow', { url, seconds: Math.round(timeout / 1000) }),
  );
}
