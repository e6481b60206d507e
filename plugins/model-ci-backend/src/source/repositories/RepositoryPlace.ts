import { InputError } from '@backstage/errors';
import {
  getGitLabIntegrationRelativePath,
  type ScmIntegrationRegistry,
} from '@backstage/integration';
import {
  formatEmbeddedRawUrl,
  parseEmbeddedGitUrl,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '../../withReason';

export const HOST_TYPES = [
  'github',
  'gitlab',
  'gitea',
  'bitbucketCloud',
] as const;
export type HostType = (typeof HOST_TYPES)[number];

/** A repository, by where its host has it. */
export type RepositoryPlace =
  | { host: 'embedded'; url: string; gitBaseUrl: string; repository: string }
  | {
      host: HostType;
      /** As people open it in a browser, without a slash at its end. */
      url: string;
    };

/** Between the path of a repository and what is shown of it, on hosts whose paths have any number of folders. */
const GITLAB_PAGE = /\/(?:-\/|(?:tree|blob|raw)\/).*$/;

/** Reads what somebody pasted: the page of a repository or of something in it, or what `git clone` takes. */
export function readRepositoryUrl(
  text: string,
  integrations: ScmIntegrationRegistry,
): RepositoryPlace {
  const pasted = text.trim();
  const ssh = /^(?:ssh:\/\/)?git@([^/:]+)(?::\d+)?[:/](.+)$/.exec(pasted);
  const address = ssh ? `https://${ssh[1]}/${ssh[2]}` : pasted;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw badUrl(pasted);
  }
  const embedded = parseEmbeddedGitUrl(url.href);
  if (embedded) {
    const { gitBaseUrl, repository } = embedded;
    return {
      ...{ host: 'embedded', gitBaseUrl, repository },
      url: `${gitBaseUrl}/${encodeURIComponent(repository)}.git`,
    };
  }
  const integration = integrations.byUrl(url);
  const host = HOST_TYPES.find(type => type === integration?.type);
  if (!host) {
    throw withReason(
      InputError,
      reason('repository.unknownHost', { host: url.host }),
    );
  }
  const path = pathOf(host, url, integrations);
  if (!path) {
    throw badUrl(pasted);
  }
  return { host, url: `${url.origin}${path}` };
}

function badUrl(url: string): Error {
  return withReason(
    InputError,
    reason('repository.badUrl', { url: url.slice(0, 200) }),
  );
}

function pathOf(
  host: HostType,
  url: URL,
  integrations: ScmIntegrationRegistry,
): string | undefined {
  if (host === 'gitlab') {
    const config = integrations.gitlab.byUrl(url)?.config;
    const before = config ? getGitLabIntegrationRelativePath(config) : '';
    const project = clean(
      url.pathname.slice(before.length).replace(GITLAB_PAGE, ''),
    );
    return /^\/[^/]+\/.+$/.test(project) ? `${before}${project}` : undefined;
  }
  const config = host === 'gitea' && integrations.gitea.byUrl(url)?.config;
  const before = config
    ? new URL(config.baseUrl ?? url.origin).pathname.replace(/\/+$/, '')
    : '';
  const [, project] =
    /^(\/[^/]+\/[^/]+)(?:\/.*)?$/.exec(url.pathname.slice(before.length)) ?? [];
  return project && `${before}${clean(project)}`;
}

function clean(path: string): string {
  return path.replace(/\/+$/, '').replace(/\.git$/, '');
}

/** A file, or with a slash at its end or empty a folder, of a repository at a branch, as `UrlReader` and the catalog take it. */
export function urlAt(
  place: RepositoryPlace,
  branch: string,
  path: string,
): string {
  if (place.host === 'embedded') {
    return formatEmbeddedRawUrl({ ...place, ref: branch, path });
  }
  const page = path === '' || path.endsWith('/') ? 'tree' : 'blob';
  const between = {
    github: page,
    gitlab: `-/${page}`,
    gitea: 'src/branch',
    bitbucketCloud: 'src',
  }[place.host];
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `${place.url}/${between}/${encodeURIComponent(branch)}/${encoded}`;
}

/** Where the host lets people write a file, and offers a branch of their own to who may not push; undefined where it has no such page. */
export function pageToWrite(
  place: RepositoryPlace,
  branch: string,
  path: string,
  exists: boolean,
): string | undefined {
  const at = encodeURIComponent(branch);
  const file = path.split('/').map(encodeURIComponent).join('/');
  const folder = file.split('/').slice(0, -1).join('/');
  const name = new URLSearchParams({
    [place.host === 'gitlab' ? 'file_name' : 'filename']: path,
  });
  switch (place.host) {
    case 'github':
      return exists
        ? `${place.url}/edit/${at}/${file}`
        : `${place.url}/new/${at}?${name}`;
    case 'gitlab':
      return exists
        ? `${place.url}/-/edit/${at}/${file}`
        : `${place.url}/-/new/${at}?${name}`;
    case 'gitea':
      return exists
        ? `${place.url}/_edit/${at}/${file}`
        : `${place.url}/_new/${at}/${folder}`;
    default:
      return undefined;
  }
}
