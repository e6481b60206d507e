import { InputError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '../withReason';

/** How a host writes a ref into the URL of a folder. */
interface UrlForm {
  /** The repository that the URL lies in. */
  repository: string;
  /** Where the URL lies in the repository, beginning with `/`, as it is encoded in the URL. */
  path: string;
  /** The ref that the URL names, still encoded as in the URL. */
  ref?: string;
  /** The same folder at another ref. */
  withRef(ref: string, kind: 'branch' | 'commit'): string;
  /** The URL of the whole repository at a commit, for hosts whose archive of it is a tar archive. */
  rootAt?(commit: string): string;
}

const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Whether a text is the full name of a commit, so that nothing is left to be resolved. */
export function isCommit(ref: string): boolean {
  return COMMIT.test(ref);
}

/** The ref that a source URL names. */
export function refOf(
  sourceUrl: string,
  integrations: ScmIntegrationRegistry,
): string | undefined {
  const { ref } = formOf(sourceUrl, integrations);
  return ref === undefined ? undefined : decodeURIComponent(ref);
}

/** The repository of a source URL, as people open it in a browser. */
export function repositoryOf(
  sourceUrl: string,
  integrations: ScmIntegrationRegistry,
): string {
  return formOf(sourceUrl, integrations).repository;
}

/**
 * The folder of a source URL whatever the branch, to compare two. Hosts take the names of
 * repositories in any case, and keep that of folders.
 */
export function sourceIdentityOf(
  sourceUrl: string,
  integrations: ScmIntegrationRegistry,
): string {
  const { repository, path } = formOf(sourceUrl, integrations);
  return `${repository.toLocaleLowerCase('en-US')} ${path}`;
}

/** The folder of a source URL within its repository, without slashes at its ends; empty for the root. */
export function folderOf(
  sourceUrl: string,
  integrations: ScmIntegrationRegistry,
): string {
  const { path } = formOf(sourceUrl, integrations);
  return decodeURIComponent(path).replace(/^\/+|\/+$/g, '');
}

/** Whether two URLs lie in the same repository of the same host; false where that is unknown. */
export function isSameRepository(
  one: string,
  other: string,
  integrations: ScmIntegrationRegistry,
): boolean {
  try {
    const [a, b] = [one, other].map(url =>
      repositoryOf(url, integrations).toLocaleLowerCase('en-US'),
    );
    return a === b;
  } catch {
    return false;
  }
}

/** The folder of a source URL at another branch, tag or commit. */
export function atRef(
  sourceUrl: string,
  ref: string,
  integrations: ScmIntegrationRegistry,
): string {
  // What names a ref must not be able to lead to another folder, or to another host.
  if (
    !/^[^\s~^:?*[\\\x00-\x1f\x7f]+$/.test(ref) || // eslint-disable-line no-control-regex
    ref.split('/').some(part => part === '' || part === '.' || part === '..')
  ) {
    throw withReason(InputError, reason('error.notARef', { ref }));
  }
  return formOf(sourceUrl, integrations).withRef(
    encodeURIComponent(ref),
    isCommit(ref) ? 'commit' : 'branch',
  );
}

/**
 * Where the whole repository of a source URL is read at a commit, and which folder of it is the source; undefined for
 * hosts that give no tar archive of it.
 */
export function rootAtCommit(
  sourceUrl: string,
  commit: string,
  integrations: ScmIntegrationRegistry,
): { url: string; folder: string } | undefined {
  const { path, rootAt } = formOf(sourceUrl, integrations);
  return (
    rootAt && {
      url: rootAt(commit),
      folder: decodeURIComponent(path).replace(/^\/+|\/+$/g, ''),
    }
  );
}

function formOf(
  sourceUrl: string,
  integrations: ScmIntegrationRegistry,
): UrlForm {
  let url: URL;
  try {
    url = new URL(sourceUrl);
  } catch {
    throw new InputError(`'${sourceUrl}' is not a URL`);
  }
  const embedded = formByPath(
    url,
    /^(.*\/api\/model-ci-git\/[^/]+\.git\/raw\/)([^/]+)(\/.*)?$/,
  );
  const form =
    embedded ?? formByType(url, integrations.byUrl(url)?.type ?? 'unknown');
  if (!form) {
    throw withReason(
      InputError,
      reason('error.unknownHost', { url: sourceUrl }),
    );
  }
  return form;
}

function formByType(url: URL, type: string): UrlForm | undefined {
  switch (type) {
    case 'github':
      return formByPath(
        url,
        /^(\/[^/]+\/[^/]+\/(?:tree|blob)\/)([^/]+)(\/.*)?$/,
      );
    case 'gitlab':
      return formByPath(
        url,
        /^(\/.+?\/(?:-\/)?(?:tree|blob|raw)\/)([^/]+)(\/.*)?$/,
      );
    case 'gitea':
      return giteaForm(url);
    case 'bitbucketCloud':
      return formByPath(url, /^(\/[^/]+\/[^/]+\/src\/)([^/]+)(\/.*)?$/);
    case 'bitbucketServer':
      return queryForm(url, 'at', ref => ref);
    case 'azure':
      return azureForm(url);
    default:
      return undefined;
  }
}

/** The ref is one segment of the path. */
function formByPath(url: URL, pattern: RegExp): UrlForm | undefined {
  const match = pattern.exec(url.pathname);
  if (!match) {
    return undefined;
  }
  const [, before, ref, after = '/'] = match;
  return {
    repository: repositoryAt(url, before),
    path: after,
    ref,
    withRef: other => withPath(url, `${before}${other}${after}`),
    rootAt: commit => withPath(url, `${before}${commit}/`),
  };
}

/** Gitea says in the path what kind of ref follows. */
function giteaForm(url: URL): UrlForm | undefined {
  const match =
    /^(\/.*?[^/]+\/[^/]+\/src\/)(?:branch|tag|commit)\/([^/]+)(\/.*)?$/.exec(
      url.pathname,
    );
  if (!match) {
    return undefined;
  }
  const [, before, ref, after = '/'] = match;
  return {
    repository: repositoryAt(url, before),
    path: after,
    ref,
    withRef: (other, kind) =>
      withPath(url, `${before}${kind}/${other}${after}`),
    rootAt: commit => withPath(url, `${before}commit/${commit}/`),
  };
}

/** Where Bitbucket Server shows the root folder of a repository. */
const REPOSITORY_FOLDER = /^.*\/repos\/[^/]+\/[^/]+/;

function queryForm(
  url: URL,
  parameter: string,
  write: (ref: string) => string,
): UrlForm {
  const ref = url.searchParams.get(parameter)?.replace(/^refs\/heads\//, '');
  const root = REPOSITORY_FOLDER.exec(url.pathname)?.[0];
  const withRef = (from: URL, other: string) => {
    const changed = new URL(from);
    changed.searchParams.set(parameter, write(decodeURIComponent(other)));
    return changed.toString();
  };
  return {
    repository: repositoryAt(
      url,
      url.pathname.replace(/(\/repos\/[^/]+)\/.*$/, '$1'),
    ),
    path: url.pathname.replace(REPOSITORY_FOLDER, '') || '/',
    ...(ref && { ref: encodeURIComponent(ref) }),
    withRef: other => withRef(url, other),
    ...(root && {
      rootAt: commit => withRef(new URL(withPath(url, `${root}/`)), commit),
    }),
  };
}

/** Azure DevOps marks a branch by GB and a commit by GC. */
function azureForm(url: URL): UrlForm {
  const version = url.searchParams.get('version') ?? '';
  return {
    repository: repositoryAt(url, url.pathname),
    path: url.searchParams.get('path') ?? '/',
    ...(version.startsWith('GB') && {
      ref: encodeURIComponent(version.slice(2)),
    }),
    withRef: (other, kind) => {
      const changed = new URL(url);
      changed.searchParams.set(
        'version',
        `${kind === 'commit' ? 'GC' : 'GB'}${decodeURIComponent(other)}`,
      );
      return changed.toString();
    },
  };
}

/** Between the path of a repository and a ref, hosts say what kind of page follows. */
function repositoryAt(url: URL, path: string): string {
  return url.origin + path.replace(/(\/-)?\/(?:tree|blob|raw|src)\/$/, '');
}

function withPath(url: URL, pathname: string): string {
  const changed = new URL(url);
  changed.pathname = pathname;
  return changed.toString();
}
