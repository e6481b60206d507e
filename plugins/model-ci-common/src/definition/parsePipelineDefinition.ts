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
  const only = (message: string) => ({
    errors: [{ file, line: 1, column: 1, path: '', message }],
  });
  if (text.length > MAX_LENGTH) {
    return only(
      `the file has ${text.length} characters; at most ${MAX_LENGTH} are read`,
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
      message: describeFault(fault.code, fault.message),
    })),
    ...findDuplicateKeys(document),
  ];
  if (faults.length > 0) {
    return sorted(
      faults.slice(0, 10 * MAX_ERRORS).map(({ offset, message }) => ({
        ...place(offset),
        path: '',
        message,
      })),
    );
  }
  if (!document.contents || isEmptyScalar(document.contents)) {
    return only('the file is empty; it needs version and stages');
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
  } catch (error) {
    return sorted([
      {
        ...place(findFaultyAlias(document)),
        path: '',
        ...describeAlias(error),
      },
    ]);
  }
  const result = checkDocument(value, options);
  if ('definition' in result) {
    return result;
  }
  return sorted(
    result.problems.map(problem => ({
      ...place(findOffset(document, problem)),
      path: formatPath(problem.path),
      message: problem.message,
    })),
  );
}

function sorted(errors: DefinitionError[]): { errors: DefinitionError[] } {
  return {
    errors: errors
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .slice(0, MAX_ERRORS),
  };
}

function describeFault(code: ErrorCode, message: string): string {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return 'the file holds several documents; only one is allowed';
    case 'RESOURCE_EXHAUSTION':
      return 'the file is nested too deeply';
    case 'TAG_RESOLVE_FAILED':
      return `tags are not allowed (${message})`;
    default:
      return /call stack/i.test(message)
        ? 'the file is nested too deeply'
        : `this is not valid YAML: ${message}`;
  }
}

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

function findDuplicateKeys(
  document: Document.Parsed,
): Array<{ offset: number; message: string }> {
  const found: Array<{ offset: number; message: string }> = [];
  visit(document, {
    Map(_, map) {
      const keys = new Set<string>();
      for (const { key } of map.items) {
        // What is no text becomes one, and so 1 and '1' are one key.
        const text = isScalar(key) ? String(key.value) : undefined;
        if (text !== undefined && keys.has(text)) {
          found.push({
            offset: startOf(key) ?? 0,
            message: 'this key stands twice in the same mapping',
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
function describeAlias(error: unknown): { message: string } {
  const reason = error instanceof Error ? error.message : String(error);
  return { message: `this alias cannot be used: ${reason}` };
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
