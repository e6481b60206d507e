import { posix } from 'node:path';
import {
  type DefinitionError,
  type FoundEntityFile,
  type FoundPipeline,
  parsePipelineDefinition,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  type EntityInFile,
  type PipelineInFile,
  readEntities,
  readPipelineEntities,
} from '../../source/pipelineEntities';
import { readPlaceholder } from '../../source/placeholders';

/** Files of a repository by their paths. A number stands for one that is too long to be read: its bytes. */
export type FoundFiles = Map<string, string | number>;

export const DEFINITION_FILE = 'model-pipeline.yaml';
export const ENTITY_FILE = 'catalog-info.yaml';
export const MAX_FILE_BYTES = 256 * 1024;

/** As many errors of a file as anybody reads before mending them. */
const ERRORS_SHOWN = 20;

/** A pipeline as the files say it; what the catalog knows of it comes later. */
export type PipelineInRepository = Omit<
  FoundPipeline,
  'entity' | 'proposal'
> & {
  entity?: { ref: string; file: string };
  proposal?: {
    name: string;
    entityFile: string;
    isAddition: boolean;
    modelRef?: string;
  };
};

/** The pipelines of a repository, by the paths of their definitions. */
export function readFoundFiles(
  files: FoundFiles,
  repository: string,
): {
  pipelines: PipelineInRepository[];
  entityFiles: Array<Omit<FoundEntityFile, 'locationUrl'>>;
} {
  const entityFiles = [...files].flatMap(([path, text]) =>
    isEntityFile(path) && typeof text === 'string'
      ? [
          {
            path,
            all: readEntities(text),
            pipelines: readPipelineEntities(text),
          },
        ]
      : [],
  );
  const named = entityFiles.flatMap(({ path, pipelines }) =>
    pipelines.map(each => describeEntity(each, path, files)),
  );
  const taken = new Set(named.map(({ file }) => file));
  const unnamed = [...files].flatMap(([path]) =>
    isDefinition(path) && !taken.has(path)
      ? [
          {
            file: path,
            errors: check(path, files),
            proposal: propose(path, repository, entityFiles),
          },
        ]
      : [],
  );
  return {
    pipelines: [...named, ...unnamed].sort((a, b) =>
      a.file < b.file ? -1 : 1,
    ),
    entityFiles: entityFiles.map(({ path, all }) => ({
      path,
      entities: all.map(({ kind, namespace, name }) => ({
        ...{ kind, namespace, name },
      })),
    })),
  };
}

export function isDefinition(path: string): boolean {
  return posix.basename(path) === DEFINITION_FILE;
}

export function isEntityFile(path: string): boolean {
  return posix.basename(path) === ENTITY_FILE;
}

function describeEntity(
  { ref, definition }: PipelineInFile,
  entityFile: string,
  files: FoundFiles,
): PipelineInRepository {
  const entity = { ref, file: entityFile };
  const target = readPlaceholder(definition)?.target;
  if (target === undefined || URL.canParse(target)) {
    // What the entity holds itself, or has from elsewhere, is shown once it is registered.
    return { file: entityFile, errors: [], entity };
  }
  const file = posix.join(posix.dirname(entityFile), target);
  return { file, errors: check(file, files, entityFile), entity };
}

function check(
  file: string,
  files: FoundFiles,
  namedIn?: string,
): DefinitionError[] {
  const text = files.get(file);
  if (typeof text === 'string') {
    const result = parsePipelineDefinition(text, { file });
    return 'errors' in result ? result.errors.slice(0, ERRORS_SHOWN) : [];
  }
  if (text === undefined && !isDefinition(file)) {
    // Files of other names were not read.
    return [];
  }
  const why =
    text === undefined
      ? reason('repository.noDefinition', { file, namedIn: namedIn ?? '' })
      : reason('repository.fileTooLong', {
          file,
          bytes: text,
          max: MAX_FILE_BYTES,
        });
  return [
    { file, line: 1, column: 1, path: '', message: why.text, reason: why },
  ];
}

/** Beside the definition, since the catalog reads `$yaml` from there; called like the folder, or in the root like the repository. */
function propose(
  file: string,
  repository: string,
  entityFiles: Array<{ path: string; all: EntityInFile[] }>,
): PipelineInRepository['proposal'] {
  const folder = posix.dirname(file);
  const entityFile = posix.join(folder, ENTITY_FILE);
  const beside = entityFiles.find(({ path }) => path === entityFile);
  const model = beside?.all.find(
    ({ kind, type }) => kind === 'Component' && type === 'ai-model',
  );
  return {
    name: toEntityName(folder === '.' ? repository : posix.basename(folder)),
    entityFile,
    isAddition: beside !== undefined,
    ...(model && {
      modelRef: `component:${model.namespace}/${model.name}`.toLowerCase(),
    }),
  };
}

/** A name that the catalog takes, as near as can be. */
function toEntityName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return name || 'pipeline';
}
