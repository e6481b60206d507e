import { createHash } from 'node:crypto';
import { parseEntityRef } from '@backstage/catalog-model';
import { parsePullRequest } from '../database/pullRequest';
import type { RunRow } from '../database/tables/runs';

/** As long as GitHub and GitLab take it. */
const MAX_NAME = 255;
/** Characters of a digest that nobody finds another name for. */
const DIGEST = 16;

/**
 * Name of the status that a run has beside its commit. A host may demand it before it merges: a success of the same
 * commit as a tag, or as a request into another branch, whose stages may be others, must not stand for it.
 */
export function statusName({
  pipeline_ref: pipelineRef,
  pull_request: request,
  trigger,
}: Pick<RunRow, 'pipeline_ref' | 'pull_request' | 'trigger'>): string {
  const { namespace, name } = parseEntityRef(pipelineRef);
  const pipeline = namespace === 'default' ? name : `${namespace}/${name}`;
  const target = request && parsePullRequest(request).targetBranch;
  const ofTag = trigger === 'tag' ? ' (tag)' : '';
  return shorten(
    `model-ci/${pipeline}${target ? ` (pull request into ${target})` : ofTag}`,
    MAX_NAME,
  );
}

/** Two texts that differ stay different. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) {
    return text;
  }
  const digest = createHash('sha256').update(text).digest('hex');
  return `${cut(text, max - DIGEST - 1)}-${digest.slice(0, DIGEST)}`;
}

/** The beginning of a text, without half a character at its end, which hosts refuse for good. */
export function cut(text: string, max: number): string {
  return text.slice(0, max).replace(/[\ud800-\udbff]$/, '');
}
