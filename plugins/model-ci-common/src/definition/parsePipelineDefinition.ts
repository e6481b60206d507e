import {
  type Document,
  type ErrorCode,
  type Node,
  LineCounter,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
} from 'yaml';
import { reason, type Reason } from '../reasons';
import { checkDocument } from './checkPipelineDefinition';
import type { InstalledExecutors } from './executors';
import { MAX_ERRORS, type Problem, formatPath } from './problems';
import type { DefinitionError, PipelineDefinition } from './types';

/** Characters; far more than a pipeline needs. */
const MAX_LENGTH = 256 * 1024;

/** How much larger than its text a document may become through aliases. */
const MAX_ALIAS_COUNT = 100;

/**
 * Parses and checks the text of a `model-pipeline.yaml`. Either it is right, or the answer holds every error
 * with its place, in the order of the text. Where the environments of the portal are known, `deploy.automatic`
 * may name these only; where the executors are, stages may name these only and are held to what they demand.
 */
export function parsePipelineDefinition(
  text: string,
  options: {
    file: string;
    environments?: readonly string[];
    executors?: InstalledExecutors;
  },
): { definition: PipelineDefinition } | { errors: DefinitionError[] } {
  const { file } = options;
  const only = (why: Reason) => ({
    errors: [toError({ file, line: 1, column: 1 }, '', why)],
  });
  if (text.length > MAX_LENGTH) {
    return only(
      reason('definition.fileTooLong', {
        length: text.length,
        max: MAX_LENGTH,
      }),
    );
  }
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
    // Its own check compares every key with every other one.
    uniqueKeys: false,
    // 'silent' would also hide that there are several documents.
    logLevel: 'error',
  });
  const faults = [
    ...[...document.errors, ...document.warnings].map(fault => ({
      offset: fault.pos[0],
      reason: describeFault(fault.code, fault.message),
    })),
    ...findDuplicateKeys(document),
  ];
  if (faults.length > 0) {
    return sorted(
      faults
        .slice(0, 10 * MAX_ERRORS)
        .map(fault => toError(place(fault.offset), '', fault.reason)),
    );
  }
  if (!document.contents || isEmptyScalar(document.contents)) {
    return only(reason('definition.fileEmpty'));
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
  } catch (error) {
    return sorted([
      toError(place(findFaultyAlias(document)), '', describeAlias(error)),
    ]);
  }
  const result = checkDocument(value, options);
  if ('definition' in result) {
    return result;
  }
  return sorted(
    result.problems.map(problem =>
      toError(
        place(findOffset(document, problem)),
        formatPath(problem.path),
        problem.reason,
      ),
    ),
  );
}

function toError(
  place: Pick<DefinitionError, 'file' | 'line' | 'column'>,
  path: string,
  why: Reason,
): DefinitionError {
  return { ...place, path, message: why.text, reason: why };
}

function sorted(errors: DefinitionError[]): { errors: DefinitionError[] } {
  return {
    errors: errors
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .slice(0, MAX_ERRORS),
  };
}

function describeFault(code: ErrorCode, message: string): Reason {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return reason('definition.severalDocuments');
    case 'RESOURCE_EXHAUSTION':
      return reason('definition.fileTooDeep');
    case 'TAG_RESOLVE_FAILED':
      return reason('definition.tag', { message });
    case 'TAB_AS_INDENT':
      return reason('definition.tab');
    default:
      return /call stack/i.test(message)
        ? reason('definition.fileTooDeep')
        : reason('definition.yaml', { message });
  }
}

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

function findDuplicateKeys(
  document: Document.Parsed,
): Array<{ offset: number; reason: Reason }> {
  const found: Array<{ offset: number; reason: Reason }> = [];
  visit(document, {
    Map(_, map) {
      const keys = new Set<string>();
      for (const { key } of map.items) {
        // What is no text becomes one, and so 1 and '1' are one key.
        const text = isScalar(key) ? String(key.value) : undefined;
        if (text !== undefined && keys.has(text)) {
          found.push({
            offset: startOf(key) ?? 0,
            reason: reason('definition.keyTwice'),
          });
        }
        if (text !== undefined) {
          keys.add(text);
        }
      }
    },
  });
  return found;
}

/** The parser throws without saying where. */
function describeAlias(error: unknown): Reason {
  return reason('definition.alias', {
    message: error instanceof Error ? error.message : String(error),
  });
}

/** The alias without an anchor before it, or else the first one. */
function findFaultyAlias(document: Document.Parsed): number {
  const anchors = new Set<string>();
  let first: number | undefined;
  let unresolved: number | undefined;
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        first ??= startOf(node);
        if (!anchors.has(node.source)) {
          unresolved ??= startOf(node);
        }
      } else if (node.anchor !== undefined) {
        anchors.add(node.anchor);
      }
    },
  });
  return unresolved ?? first ?? 0;
}

/**
 * Where a problem stands: its key or its value, or, if it speaks of something that is not there, the closest
 * thing around it that is.
 */
function findOffset(document: Document.Parsed, problem: Problem): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of problem.path.entries()) {
    const last = depth === problem.path.length - 1;
    if (isAlias(node)) {
      node = node.resolve(document);
    }
    if (isMap(node)) {
      const pair = node.items.find(
        item => isScalar(item.key) && String(item.key.value) === String(part),
      );
      if (!pair) {
        return offset;
      }
      const keyOffset = startOf(pair.key) ?? offset;
      const empty = !pair.value || (isScalar(pair.value) && !pair.value.source);
      // A value that is missing, or a mapping below its key, is best shown at the key.
      const useKey = last
        ? problem.atKey || empty || !isScalar(pair.value)
        : true;
      offset = useKey ? keyOffset : startOf(pair.value) ?? keyOffset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(part)];
      offset = startOf(item) ?? offset;
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)
    ? node.range?.[0]
    : undefined;
}
