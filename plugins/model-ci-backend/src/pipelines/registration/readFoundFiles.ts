import { posix } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import {
  type DefinitionError,
  type FoundEntityFile,
  type FoundPipeline,
  parsePipelineDefinition,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  type EntityFileContent,
  type PipelineInFile,
  readEntityFile,
} from '../../source/pipelineEntities';
import { readPlaceholder } from '../../source/placeholders';

/** Files of a repository by their paths. A number stands for one that is too long to be read: its bytes. */
export type FoundFiles = Map<string, string | number>;

export const DEFINITION_FILE = 'model-pipeline.yaml';
export const ENTITY_FILE = 'catalog-info.yaml';
export const MAX_FILE_BYTES = 256 * 1024;

/** More than anybody looks through; an entity file of a few kilobytes names hundreds of pipelines. */
export const MAX_ENTITIES = 500;

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

interface EntityFile extends EntityFileContent {
  path: string;
}

/**
 * The pipelines of a repository, by the paths of their definitions. Whoever can write there chooses what is parsed, which takes
 * up to a second for a file: between two files others have their turn. Rejects once `signal` aborts.
 */
export async function readFoundFiles(
  files: FoundFiles,
  repository: string,
  signal: AbortSignal,
): Promise<{
  pipelines: PipelineInRepository[];
  entityFiles: Array<Omit<FoundEntityFile, 'locationUrl'>>;
  isTruncated: boolean;
}> {
  const entityFiles = await readEntityFiles(files, signal);
  const errors = await checkAll(files, signal);
  const all = entityFiles.flatMap(({ path, pipelines }) =>
    pipelines.map(each => describeEntity(each, path, { files, errors })),
  );
  const named = all.slice(0, MAX_ENTITIES);
  const taken = new Set(all.map(({ file }) => file));
  const unnamed = [...errors].flatMap(([path, own]) =>
    taken.has(path)
      ? []
      : [
          {
            file: path,
            errors: own,
            proposal: propose(path, repository, entityFiles),
          },
        ],
  );
  return {
    pipelines: [...named, ...unnamed].sort((a, b) =>
      a.file < b.file ? -1 : 1,
    ),
    entityFiles: entityFiles.map(({ path, entities }) => ({
      path,
      entities: entities
        .slice(0, MAX_ENTITIES)
        .map(({ kind, namespace, name }) => ({ kind, namespace, name })),
    })),
    isTruncated:
      all.length > named.length ||
      entityFiles.some(({ entities }) => entities.length > MAX_ENTITIES),
  };
}

async function readEntityFiles(
  files: FoundFiles,
  signal: AbortSignal,
): Promise<EntityFile[]> {
  const read: EntityFile[] = [];
  for (const [path, text] of files) {
    if (isEntityFile(path) && typeof text === 'string') {
      await turn(undefined, { signal });
      read.push({ path, ...readEntityFile(text) });
    }
  }
  return read;
}

/** The errors of each definition, once, however many entities name it. */
async function checkAll(
  files: FoundFiles,
  signal: AbortSignal,
): Promise<Map<string, DefinitionError[]>> {
  const errors = new Map<string, DefinitionError[]>();
  for (const [path, text] of files) {
    if (isDefinition(path)) {
      await turn(undefined, { signal });
      errors.set(path, check(path, text));
    }
  }
  return errors;
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
  found: { files: FoundFiles; errors: Map<string, DefinitionError[]> },
): PipelineInRepository {
  const entity = { ref, file: entityFile };
  const target = readPlaceholder(definition)?.target;
  if (target === undefined || URL.canParse(target)) {
    // What the entity holds itself, or has from elsewhere, is shown once it is registered.
    return { file: entityFile, errors: [], entity };
  }
  const file = posix.join(posix.dirname(entityFile), target);
  const isMissing = isDefinition(file) && !found.files.has(file);
  // Files of other names were not read.
  const errors = isMissing
    ? toErrors(
        file,
        reason('repository.noDefinition', { file, namedIn: entityFile }),
      )
    : found.errors.get(file) ?? [];
  return { file, errors, entity };
}

function check(file: string, text: string | number): DefinitionError[] {
  if (typeof text === 'number') {
    return toErrors(
      file,
      reason('repository.fileTooLong', {
        file,
        bytes: text,
        max: MAX_FILE_BYTES,
      }),
    );
  }
  const result = parsePipelineDefinition(text, { file });
  return 'errors' in result ? result.errors.slice(0, ERRORS_SHOWN) : [];
}

function toErrors(file: string, why: Reason): DefinitionError[] {
  return [
    { file, line: 1, column: 1, path: '', message: why.text, reason: why },
  ];
}

/** Beside the definition, since the catalog reads `$yaml` from there; called like the folder, or in the root like the repository. */
function propose(
  file: string,
  repository: string,
  entityFiles: EntityFile[],
): PipelineInRepository['proposal'] {
  const folder = posix.dirname(file);
  const entityFile = posix.join(folder, ENTITY_FILE);
  const beside = entityFiles.find(({ path }) => path === entityFile);
  const model = beside?.entities.find(
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
