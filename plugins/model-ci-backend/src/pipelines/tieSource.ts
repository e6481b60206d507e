import {
  ANNOTATION_LOCATION,
  ANNOTATION_SOURCE_LOCATION,
} from '@backstage/catalog-model';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  isCommit,
  isSameRepository,
  refOf,
  sourceIdentityOf,
} from '../source/sourceUrl';

/** Where a pipeline is read from. */
export type PipelineSource =
  | {
      type: 'tied';
      /** URL of the folder, ending in `/`. */
      sourceUrl: string;
      /** URL of the file that holds the entity. */
      entityUrl: string;
      /** Of the folder, whatever the branch. */
      identity: string;
    }
  | { type: 'refused'; identity: string; problem: Reason };

/**
 * Decides where a pipeline may be read from. The backend reads with credentials of its own, so what the author of an
 * entity wrote must not choose the repository: the catalog itself notes the location that an entity came from, and
 * only in the repository of that location may the source lie.
 */
export function tieSource(
  annotations: Record<string, string> | undefined,
  integrations: ScmIntegrationRegistry,
): PipelineSource {
  const location = annotations?.[ANNOTATION_LOCATION];
  const declared = annotations?.[ANNOTATION_SOURCE_LOCATION];
  const entityUrl = readUrl(location);
  const refused = (problem: Reason): PipelineSource => ({
    type: 'refused',
    identity: `location ${location ?? 'unknown'}`,
    problem,
  });
  if (entityUrl === undefined) {
    return refused(reason('source.notFromUrl'));
  }
  const sourceUrl = folderOf(
    readUrl(declared) ?? new URL('./', entityUrl).href,
  );
  if (
    declared !== undefined &&
    !isBeside(sourceUrl, entityUrl) &&
    !isSameRepository(sourceUrl, entityUrl, integrations)
  ) {
    return refused(
      reason('source.otherRepository', {
        annotation: ANNOTATION_SOURCE_LOCATION,
        declared,
        url: entityUrl,
      }),
    );
  }
  const identity = identityOf(sourceUrl, integrations);
  if (identity === undefined) {
    return { type: 'tied', sourceUrl, entityUrl, identity: sourceUrl };
  }
  return [sourceUrl, entityUrl].some(url => namesCommit(url, integrations))
    ? refused(reason('source.atCommit', { url: sourceUrl }))
    : { type: 'tied', sourceUrl, entityUrl, identity };
}

/** Undefined on hosts whose URLs are not known; whoever reads from there refuses them with a reason of its own. */
function identityOf(
  sourceUrl: string,
  integrations: ScmIntegrationRegistry,
): string | undefined {
  try {
    return sourceIdentityOf(sourceUrl, integrations);
  } catch {
    return undefined;
  }
}

function namesCommit(
  url: string,
  integrations: ScmIntegrationRegistry,
): boolean {
  try {
    const ref = refOf(url, integrations);
    return ref !== undefined && isCommit(ref);
  } catch {
    return false;
  }
}

/** The folder that the file lies in, which needs no knowledge of the host. */
function isBeside(folder: string, file: string): boolean {
  return new URL('./', file).href === folder;
}

function folderOf(url: string): string {
  const parsed = new URL(url);
  if (!parsed.search && !parsed.pathname.endsWith('/')) {
    parsed.pathname += '/';
  }
  return parsed.href;
}

function readUrl(location: string | undefined): string | undefined {
  const url = location?.match(/^url:(https?:\/\/.+)$/)?.[1];
  return url !== undefined && URL.canParse(url) ? url : undefined;
}
