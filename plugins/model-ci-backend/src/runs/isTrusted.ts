import { parseEmbeddedGitUrl } from '@model-ci/backstage-plugin-model-ci-common';

/**
 * What code hosts resolve though nobody who may push to the repository has put it there: the heads of pull and merge
 * requests, and commits, of which GitHub and GitLab also find those of forks, by a part of their name too.
 */
const OF_ANYBODY =
  /^refs\/(?!heads\/|tags\/)|^(pull|pulls|merge-requests)\/|^[0-9a-f]{4,64}$|[~^:]|@\{/i;

/**
 * Whether what a run was asked for can only have come from somebody who may push to the repository: a branch or a tag of
 * it, or anything that the embedded git host has, which knows no forks.
 */
export function isTrusted(request: {
  sourceUrl: string;
  ref?: string;
  commit?: string;
}): boolean {
  const { sourceUrl, ref, commit } = request;
  if (parseEmbeddedGitUrl(sourceUrl)) {
    return true;
  }
  return ref === undefined ? commit === undefined : !OF_ANYBODY.test(ref);
}
