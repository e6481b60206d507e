import {
  DefaultNamespaceEntityPolicy,
  EntityPolicies,
  FieldFormatEntityPolicy,
  NoForeignRootFieldsEntityPolicy,
  SchemaValidEntityPolicy,
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  domainEntityV1alpha1Validator,
  resourceEntityV1alpha1Validator,
  systemEntityV1alpha1Validator,
  type Entity,
} from '@backstage/catalog-model';
import { ModelPipelineProcessor } from '@model-ci/backstage-plugin-catalog-backend-module-model-ci';
import {
  MODEL_PIPELINE_KIND,
  parsePipelineDefinition,
  type PipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { parseAllDocuments } from 'yaml';

const ENTITIES = 'catalog-info.yaml';
/** What a template leaves behind where it was not rendered. */
const UNRENDERED = /\$\{\{-?\s*(values|parameters)\b|\{%-?\s*(if|for|end)/;
const MAX_TEXT_BYTES = 1024 * 1024;

const policy = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new DefaultNamespaceEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);

/** Each says whether an entity is of its kind, and throws where it is a wrong one. */
const KINDS = [
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  domainEntityV1alpha1Validator,
  resourceEntityV1alpha1Validator,
  systemEntityV1alpha1Validator,
];

const isPipeline = ({ kind }: Entity) => kind === MODEL_PIPELINE_KIND;

export interface CheckedProject {
  /** What is wrong, each with its file. */
  problems: string[];
  /** The definitions of its pipelines, by the path of their file. */
  definitions: Map<string, PipelineDefinition>;
}

/** Checks a rendered project: nothing is left of the template, the catalog takes its entities, its pipelines are right. */
export async function checkProject(
  files: Map<string, Buffer>,
): Promise<CheckedProject> {
  const problems = [...files]
    .filter(([, content]) => content.length < MAX_TEXT_BYTES)
    .flatMap(([path, content]) => checkText(path, content.toString()));
  const { entities, problems: unfit } = await readEntities(files);
  const definitions = new Map<string, PipelineDefinition>();
  for (const path of entities.flatMap(findDefinition)) {
    const result = readDefinition(files, path);
    problems.push(...result.problems);
    if (result.definition) {
      definitions.set(path, result.definition);
    }
  }
  return { problems: [...problems, ...unfit], definitions };
}

function checkText(path: string, text: string): string[] {
  // A language model has a Jinja template of its own, by which it reads chats.
  if (UNRENDERED.test(text) && !path.endsWith('.jinja')) {
    return [
      `${path}: a part of it was not rendered; its name has to end in .njk`,
    ];
  }
  if (/\.ya?ml$/.test(path)) {
    return parseAllDocuments(text)
      .flatMap(({ errors }) => errors)
      .map(({ message }) => `${path}: ${message}`);
  }
  if (path.endsWith('.json')) {
    try {
      JSON.parse(text);
    } catch (error) {
      return [`${path}: ${error instanceof Error ? error.message : error}`];
    }
  }
  return [];
}

async function readEntities(files: Map<string, Buffer>) {
  const content = files.get(ENTITIES);
  if (!content) {
    return {
      entities: [],
      problems: [
        `${ENTITIES}: is missing, so that nothing gets into the catalog`,
      ],
    };
  }
  const entities: Entity[] = [];
  const problems: string[] = [];
  for (const document of parseAllDocuments(content.toString())) {
    if (document.errors.length === 0) {
      const entity: Entity = document.toJS();
      const problem = await checkEntity(entity);
      entities.push(entity);
      if (problem) problems.push(`${ENTITIES}: ${problem}`);
    }
  }
  if (!entities.some(isPipeline)) {
    problems.push(`${ENTITIES}: has no ${MODEL_PIPELINE_KIND}`);
  }
  return { entities, problems };
}

async function checkEntity(entity: Entity): Promise<string | undefined> {
  try {
    await policy.enforce(entity);
    if (isPipeline(entity)) {
      // The definition is read from its file below.
      const spec = { ...entity.spec, definition: {} };
      await new ModelPipelineProcessor().validateEntityKind({
        ...entity,
        spec,
      });
      return undefined;
    }
    const known = await Promise.all(KINDS.map(kind => kind.check(entity)));
    return known.includes(true)
      ? undefined
      : `${entity.kind} ${entity.metadata.name} is of a kind that projects do not have`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The path of the file that has the definition of a pipeline. */
function findDefinition(entity: Entity): string[] {
  const definition = isPipeline(entity) ? entity.spec?.definition : undefined;
  const isFile =
    typeof definition === 'object' &&
    definition !== null &&
    '$yaml' in definition &&
    typeof definition.$yaml === 'string';
  return isFile ? [String(definition.$yaml).replace(/^\.\//, '')] : [];
}

function readDefinition(
  files: Map<string, Buffer>,
  file: string,
): { problems: string[]; definition?: PipelineDefinition } {
  const content = files.get(file);
  if (!content) {
    return { problems: [`${file}: is named in ${ENTITIES}, but is not there`] };
  }
  const result = parsePipelineDefinition(content.toString(), { file });
  if ('errors' in result) {
    return {
      problems: result.errors.map(
        ({ line, column, path, message }) =>
          `${file}:${line}:${column}: ${path ? `${path}: ` : ''}${message}`,
      ),
    };
  }
  const { definition } = result;
  const missing = Object.entries(definition.datasets)
    .map(([name, { uri }]) => ({ name, path: uri.replace(/^\.\//, '') }))
    .filter(
      ({ path }) =>
        !/^[a-z][a-z0-9+]*:/i.test(path) &&
        ![...files.keys()].some(
          other => other === path || other.startsWith(`${path}/`),
        ),
    );
  return {
    definition,
    problems: missing.map(
      ({ name, path }) => `${file}: datasets.${name}.uri: there is no ${path}`,
    ),
  };
}
