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

/** The entities of a file, in its order; documents that are none, or cannot be read, are left out. */
export function readEntities(text: string): EntityInFile[] {
  const documents = parseAllDocuments(text, { logLevel: 'silent' });
  return [...documents].flatMap(document => {
    const { data } = anyEntitySchema.safeParse(readDocument(document));
    return data
      ? [{ kind: data.kind, ...data.metadata, type: data.spec.type }]
      : [];
  });
}

/**
 * The pipelines that an entity file describes, in its order. What else is in the file is left alone, as is a document
 * that cannot be read: the catalog takes the others, too.
 */
export function readPipelineEntities(text: string): PipelineInFile[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter,
    logLevel: 'silent',
  });
  return [...documents].flatMap(document => {
    const entity = entitySchema.safeParse(readDocument(document));
    if (!entity.success) {
      return [];
    }
    const { metadata, spec } = entity.data;
    const node = document.getIn(['spec', 'definition'], true);
    const offset = (isNode(node) && node.range?.[0]) || 0;
    const { line, col } = lineCounter.linePos(offset);
    return [
      {
        ref: stringifyEntityRef({ kind: MODEL_PIPELINE_KIND, ...metadata }),
        definition: spec.definition,
        line: Math.max(line, 1),
        column: Math.max(col, 1),
      },
    ];
  });
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
