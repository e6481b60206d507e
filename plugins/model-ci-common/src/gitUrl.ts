/** Path under the backend's base URL at which the embedded git host answers. */
export const EMBEDDED_GIT_PATH = '/api/model-ci-git';

/** A place in a repository of the embedded git host. */
export interface EmbeddedGitLocation {
  /** Base URL of the git host, ending in `/api/model-ci-git`. */
  gitBaseUrl: string;
  /** Name of the repository, without `.git`. */
  repository: string;
  /** Branch, tag or commit; absent in the URL of the repository itself. */
  ref?: string;
  /** Relative to the root of the repository; a folder ends in `/`, the root is the empty string. */
  path: string;
}

/** URL of a file or folder as `UrlReader` reads it. `ref` is a branch, a tag or a commit. */
export function formatEmbeddedRawUrl(location: {
  gitBaseUrl: string;
  repository: string;
  ref: string;
  path?: string;
}): string {
  const { gitBaseUrl, repository, ref, path = '' } = location;
  const base = `${gitBaseUrl.replace(/\/+$/, '')}/${repository}.git`;
  const encodedPath = path
    .replace(/^\/+/, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return `${base}/raw/${encodeURIComponent(ref)}/${encodedPath}`;
}

/**
 * Takes a clone URL, a repository URL or a raw URL of the embedded git host apart; `undefined` for any other URL.
 * Nothing is said about whether the backend in the URL is this one.
 */
export function parseEmbeddedGitUrl(
  url: string,
): EmbeddedGitLocation | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const match = parsed?.pathname.match(
    /^(.*\/api\/model-ci-git)\/([^/]+)\.git(?:\/raw\/([^/]+)(?:\/(.*))?|\/?)$/,
  );
  if (!parsed || !match || !/^https?:$/.test(parsed.protocol)) {
    return undefined;
  }
  try {
    return {
      gitBaseUrl: `${parsed.origin}${match[1]}`,
      repository: decodeURIComponent(match[2]),
      ref: match[3] === undefined ? undefined : decodeURIComponent(match[3]),
      path: (match[4] ?? '').split('/').map(decodeURIComponent).join('/'),
    };
  } catch {
    // An escape that is no UTF-8: such a URL names nothing here.
    return undefined;
  }
}
