import {
  ANNOTATION_LOCATION,
  ANNOTATION_SOURCE_LOCATION,
} from '@backstage/catalog-model';
import type { ScmIntegrationRegistry } from '@backstage/integration';
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
  | { type: 'refused'; identity: string; problem: string };

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
  const refused = (problem: string): PipelineSource => ({
    type: 'refused',
    identity: `location ${location ?? 'unknown'}`,
    problem,
  });
  if (entityUrl === undefined) {
    return refused(notFromUrl());
  }
  const sourceUrl = folderOf(
    readUrl(declared) ?? new URL('./', entityUrl).href,
  );
  if (
    declared !== undefined &&
    !isBeside(sourceUrl, entityUrl) &&
    !isSameRepository(sourceUrl, entityUrl, integrations)
  ) {
    return refused(otherRepository(declared, entityUrl));
  }
  const identity = identityOf(sourceUrl, integrations);
  if (identity === undefined) {
    return { type: 'tied', sourceUrl, entityUrl, identity: sourceUrl };
  }
  return [sourceUrl, entityUrl].some(url => namesCommit(url, integrations))
    ? refused(atCommit(sourceUrl))
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

function notFromUrl(): string {
  return 'it was not read from a URL, so there is no repository to run: register it in the catalog from where it is hosted';
}

function otherRepository(declared: string, entityUrl: string): string {
  return `its annotation ${ANNOTATION_SOURCE_LOCATION} names '${declared}', which is not in the repository that the catalog read the pipeline from, ${entityUrl}: leave the annotation out, or keep the pipeline's entity in the repository that it runs`;
}

function atCommit(sourceUrl: string): string {
  return `it was registered at a commit (${sourceUrl}), which hosts also show where only a fork has it: register it at a branch`;
}
