import { stringifyEntityRef } from '@backstage/catalog-model';
import { isError } from '@backstage/errors';
import { MODEL_PIPELINE_KIND } from '@model-ci/backstage-plugin-model-ci-common';
import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml';
import { z } from 'zod';

/** A pipeline as a file of the repository describes it, before the catalog has replaced anything in it. */
export interface PipelineInFile {
  ref: string;
  /** `spec.definition`, with its placeholders. */
  definition: unknown;
  /** Where it stands in the file. */
  line: number;
  column: number;
}

/** An entity of any kind, as a file describes it. */
export interface EntityInFile {
  kind: string;
  namespace: string;
  name: string;
  /** `spec.type`. */
  type?: string;
}

/** How much larger than its text a document may become through aliases. */
const MAX_ALIAS_COUNT = 100;

const entitySchema = z.object({
  kind: z
    .string()
    .refine(kind => kind.toLowerCase() === MODEL_PIPELINE_KIND.toLowerCase()),
  metadata: z.object({
    name: z.string(),
    namespace: z.string().default('default'),
  }),
  spec: z.object({ definition: z.unknown() }).catch({ definition: undefined }),
});

const anyEntitySchema = z.object({
  kind: z.string().max(63),
  metadata: z.object({
    name: z.string().max(63),
    namespace: z.string().max(63).default('default'),
  }),
  spec: z.object({ type: z.string() }).partial().catch({}),
});

/** What an entity file describes, in its order. */
export interface EntityFileContent {
  entities: EntityInFile[];
  pipelines: PipelineInFile[];
}

/**
 * Reads the entities of a file, of any kind, and the pipelines among them with their definitions. What else is in the
 * file is left alone, as is a document that cannot be read: the catalog takes the others, too.
 */
export function readEntityFile(text: string): EntityFileContent {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter,
    logLevel: 'silent',
    // Its own check compares every key with every other one: a small file would keep the backend busy for minutes.
    uniqueKeys: false,
    prettyErrors: false,
  });
  const content: EntityFileContent = { entities: [], pipelines: [] };
  for (const document of documents) {
    const value = readDocument(document);
    const { data } = anyEntitySchema.safeParse(value);
    if (data) {
      const { kind, metadata, spec } = data;
      content.entities.push({ kind, ...metadata, type: spec.type });
    }
    const pipeline = readPipeline(document, value, lineCounter);
    if (pipeline) {
      content.pipelines.push(pipeline);
    }
  }
  return content;
}

function readPipeline(
  document: Document,
  value: unknown,
  lineCounter: LineCounter,
): PipelineInFile | undefined {
  const { data } = entitySchema.safeParse(value);
  if (!data) {
    return undefined;
  }
  const node = document.getIn(['spec', 'definition'], true);
  const offset = (isNode(node) && node.range?.[0]) || 0;
  const { line, col } = lineCounter.linePos(offset);
  return {
    ref: stringifyEntityRef({ kind: MODEL_PIPELINE_KIND, ...data.metadata }),
    definition: data.spec.definition,
    line: Math.max(line, 1),
    column: Math.max(col, 1),
  };
}

function readDocument(document: Document): unknown {
  if (document.errors.length > 0) {
    return undefined;
  }
  try {
    return document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
  } catch (error) {
    // Aliases without an anchor, or too many of them.
    if (isError(error)) {
      return undefined;
    }
    throw error;
  }
}
