import { posix } from 'node:path';
import type { UrlReaderService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { type PipelineInFile, readEntityFile } from './pipelineEntities';
import { readPlaceholder, replacePlaceholders } from './placeholders';
import { atRef, isSameRepository } from './sourceUrl';
import { withReason } from '../withReason';

/** Where a pipeline's definition is looked for where nothing is known of its entity's file. */
export const DEFINITION_FILE = 'model-pipeline.yaml';

/** Far more than a pipeline needs; the parser refuses what is longer than its own limit. */
const MAX_BYTES = 1024 * 1024;

/** Placeholders inside an inline definition; each is a request to the code host. */
const MAX_PLACEHOLDERS = 20;

/** A pipeline, by where the catalog has it from. */
export interface DefinitionPlace {
  ref: string;
  sourceUrl: string;
  /** File of the entity at the default branch, where it is known. */
  entityUrl?: string;
}

/** What the entity of a pipeline names as its definition at a commit. */
export type FoundDefinition =
  | { type: 'text'; file: string; text: string }
  | {
      type: 'value';
      /** The file of the entity, which holds the definition itself. */
      file: string;
      line: number;
      column: number;
      value: unknown;
    }
  | {
      type: 'missing';
      /** Whether the pipeline is not there, or only what it names. */
      what: 'entity' | 'definition';
      file: string;
      reason: Reason;
    };

/** Reads what entities say at a commit; the catalog says only what they say at the default branch. */
export interface DefinitionReader {
  read(
    place: DefinitionPlace,
    commit: string,
    signal?: AbortSignal,
  ): Promise<FoundDefinition>;
  /** The refs of the pipelines in an entity file; none if it is not there. */
  listPipelines(entityUrl: string, commit: string): Promise<string[]>;
}

export function createDefinitionReader(options: {
  reader: UrlReaderService;
  integrations: ScmIntegrationRegistry;
}): DefinitionReader {
  const { integrations } = options;
  const readText = (url: string, signal?: AbortSignal) =>
    readFile(options.reader, url, signal);

  return {
    async read(place, commit, signal) {
      const { entityUrl, sourceUrl } = place;
      if (
        entityUrl === undefined ||
        !isSameRepository(entityUrl, sourceUrl, integrations)
      ) {
        const base = atRef(sourceUrl, commit, integrations);
        return await readNamed(`./${DEFINITION_FILE}`, base);
      }
      const file = fileName(entityUrl);
      const base = atRef(entityUrl, commit, integrations);
      const entity = (await readEntities(base, signal)).find(
        ({ ref }) => ref === place.ref,
      );
      if (!entity) {
        const { ref } = place;
        const why = reason('definition.noEntity', { ref, file, commit });
        return { type: 'missing', what: 'entity', file, reason: why };
      }
      const placeholder = readPlaceholder(entity.definition);
      return placeholder && placeholder.type !== 'text'
        ? await readNamed(placeholder.target, base)
        : await readInline(entity, base);

      async function readNamed(
        target: string,
        from: string,
      ): Promise<FoundDefinition> {
        const named = URL.canParse(target)
          ? fileName(target)
          : posix.normalize(target);
        try {
          const text = await readText(resolve(target, from, commit), signal);
          return { type: 'text', file: named, text };
        } catch (error) {
          if (!NotFoundError.is(error)) {
            throw error;
          }
          const why = entityUrl
            ? reason('definition.noFile', {
                file: named,
                commit,
                namedIn: fileName(entityUrl),
              })
            : reason('definition.noFileOfPipeline', { file: named, commit });
          return {
            type: 'missing',
            what: 'definition',
            file: named,
            reason: why,
          };
        }
      }

      async function readInline(
        { definition, line, column }: PipelineInFile,
        from: string,
      ): Promise<FoundDefinition> {
        let left = MAX_PLACEHOLDERS;
        const value = await replacePlaceholders(definition, async target => {
          left--;
          if (left < 0) {
            throw withReason(
              InputError,
              reason('source.manyPlaceholders', {
                file,
                max: MAX_PLACEHOLDERS,
              }),
            );
          }
          return await readText(resolve(target, from, commit), signal);
        });
        return { type: 'value', file, line, column, value };
      }
    },

    async listPipelines(entityUrl, commit) {
      const base = atRef(entityUrl, commit, integrations);
      return (await readEntities(base)).map(({ ref }) => ref);
    },
  };

  async function readEntities(
    url: string,
    signal?: AbortSignal,
  ): Promise<PipelineInFile[]> {
    try {
      return readEntityFile(await readText(url, signal)).pipelines;
    } catch (error) {
      if (NotFoundError.is(error)) {
        return [];
      }
      throw error;
    }
  }

  /** As the catalog finds the file, but at the commit; the backend's credentials read nothing beyond the repository. */
  function resolve(target: string, base: string, commit: string): string {
    const url = integrations.resolveUrl({ url: target, base });
    if (!isSameRepository(url, base, integrations)) {
      throw withReason(
        InputError,
        reason('source.foreignDefinition', { target }),
      );
    }
    return atRef(url, commit, integrations);
  }
}

async function readFile(
  reader: UrlReaderService,
  url: string,
  signal?: AbortSignal,
): Promise<string> {
  const response = await reader.readUrl(url, { ...(signal && { signal }) });
  const content = await response.buffer();
  if (content.length > MAX_BYTES) {
    throw withReason(
      InputError,
      reason('source.longFile', {
        url,
        bytes: content.length,
        max: MAX_BYTES,
      }),
    );
  }
  return content.toString('utf8');
}

function fileName(url: string): string {
  const { pathname, searchParams } = new URL(url);
  return posix.basename(searchParams.get('path') ?? decodeURI(pathname));
}
