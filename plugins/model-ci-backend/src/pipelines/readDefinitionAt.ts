import type { UrlReaderService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import { atRef } from '../source/sourceUrl';
import { DEFINITION_FILE } from '../engine/RunPreparation';

/** Far more than a pipeline needs; the parser refuses what is longer than its own limit. */
const MAX_BYTES = 1024 * 1024;

/** Reads the text of a pipeline's definition at a commit, through Backstage's UrlReader. */
export function createDefinitionReader(options: {
  reader: UrlReaderService;
  integrations: ScmIntegrationRegistry;
}): (sourceUrl: string, commit: string) => Promise<string> {
  const { reader, integrations } = options;
  return async (sourceUrl, commit) => {
    const folder = atRef(sourceUrl, commit, integrations);
    const response = await reader.readUrl(
      integrations.resolveUrl({ url: `./${DEFINITION_FILE}`, base: folder }),
    );
    const content = await response.buffer();
    if (content.length > MAX_BYTES) {
      throw new InputError(
        `${DEFINITION_FILE} has ${content.length} bytes; at most ${MAX_BYTES} are read`,
      );
    }
    return content.toString('utf8');
  };
}
