import { Document, isMap, isScalar, type Node } from 'yaml';
import { checkDocument } from '../definition/checkPipelineDefinition';
import { parsePipelineDefinition } from '../definition/parsePipelineDefinition';
import { formatPath, isMapping } from '../definition/problems';
import { reason } from '../reasons';
import type { Draft, DraftStage } from './draft';
import type { Findings } from './Findings';
import { needsBash, toRun } from './shell';
import type { ImportFinding } from './types';

type Written = Record<string, unknown>;

/** Removing one thing may show that another is wrong, never many in a row. */
const MAX_ROUNDS = 20;
/** More comments would hide the definition; all are in the findings. */
const MAX_COMMENTS = 40;

/**
 * The text of a definition. What the format does not allow is taken out and reported, so that the text is valid. Undefined
 * if nothing is left that could be run.
 */
export function writeDefinition(
  draft: Draft,
  source: string,
  findings: Findings,
): string | undefined {
  if (draft.stages.length === 0) {
    findings.left(0, source, reason('import.empty'));
    return undefined;
  }
  const definition = toDefinition(draft);
  if (!makeValid(definition, draft, findings)) {
    return undefined;
  }
  return format(definition, source, findings.list());
}

function toDefinition(draft: Draft): Written {
  const defaults = compact({
    image: draft.image,
    timeout: draft.timeout,
    env: filled(clean(draft.env)),
  });
  return compact({
    version: 1,
    triggers: draft.branches && { push: { branches: draft.branches } },
    defaults: filled(defaults),
    stages: Object.fromEntries(
      draft.stages.map(stage => [stage.name, toStage(stage)]),
    ),
  });
}

function toStage(stage: DraftStage): Written {
  const run = toRun(stage).map(printable);
  return compact({
    title: stage.title && printable(stage.title).replaceAll('\n', ' '),
    needs: filled([...new Set(stage.needs)]),
    dependencies: stage.dependencies && [...new Set(stage.dependencies)],
    image: stage.image,
    shell: stage.shell ?? (needsBash(run) ? 'bash' : undefined),
    env: filled(clean(stage.env)),
    timeout: stage.timeout,
    retry: stage.retry === undefined ? undefined : { platform: stage.retry },
    run: run.length === 1 ? run[0] : run,
    artifacts: filled(stage.artifacts),
    reports: filled(
      compact({
        junit:
          stage.junit.length > 1
            ? [...new Set(stage.junit)]
            : stage.junit.at(0),
      }),
    ),
    allowFailure: stage.allowFailure,
    hold: stage.hold,
  });
}

function compact(record: Written): Written {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  );
}

function filled<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

function clean(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, printable(value)]),
  );
}

/** YAML has no way to write some characters in a block. */
function printable(text: string): string {
  return (
    text
      .replaceAll('\r\n', '\n')
      .replace(/\p{Surrogate}/gu, ' ')
      // eslint-disable-next-line no-control-regex
      .replace(/[\x00-\x08\x0b-\x1f\x7f\u0085\u2028\u2029\ufeff]/g, ' ')
  );
}

function makeValid(
  definition: Written,
  draft: Draft,
  findings: Findings,
): boolean {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const result = checkDocument(definition);
    if ('definition' in result) {
      return true;
    }
    // From behind, so that the places of items before stay right.
    for (const { path, reason: problem } of result.problems.reverse()) {
      const stage = draft.stages.find(({ name }) => name === path[1]);
      findings.left(
        (path[0] === 'stages' && stage?.offset) || 0,
        formatPath(path),
        reason('import.refused', { problem }),
      );
      remove(definition, path);
    }
  }
  return false;
}

/** Takes out a value and what it leaves empty. A stage keeps at least a command. */
function remove(root: Written, path: Array<string | number>): void {
  const at = path[0] === 'stages' ? path.slice(0, 4) : path.slice(0, 3);
  const chain: unknown[] = [root];
  for (const key of at.slice(0, -1)) {
    const parent = chain.at(-1);
    chain.push(
      Array.isArray(parent)
        ? parent[Number(key)]
        : isMapping(parent) && parent[key],
    );
  }
  for (let depth = at.length - 1; depth >= 0; depth -= 1) {
    const parent = chain[depth];
    const key = at[depth];
    if (Array.isArray(parent)) {
      parent.splice(Number(key), 1);
    } else if (isMapping(parent)) {
      delete parent[key];
    }
    const isStage = at[0] === 'stages' && depth === 2;
    if (isStage && isMapping(parent) && parent.run === undefined) {
      parent.run = 'true';
    }
    if (!isEmpty(parent)) {
      return;
    }
  }
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value)
    ? value.length === 0
    : isMapping(value) && Object.keys(value).length === 0;
}

function format(
  definition: Written,
  source: string,
  findings: ImportFinding[],
): string | undefined {
  const document = new Document(definition, { aliasDuplicateObjects: false });
  document.commentBefore = header(source, findings);
  spaceStages(document);
  const text = document.toString({ lineWidth: 0 });
  const result = parsePipelineDefinition(text, { file: source });
  return 'definition' in result ? text : undefined;
}

function header(source: string, findings: ImportFinding[]): string {
  const left = findings.filter(({ outcome }) => outcome === 'left');
  const lines = left
    .slice(0, MAX_COMMENTS)
    .map(
      ({ line, what, reason: why }) =>
        ` - line ${line}: ${what}: ${why.text.replace(/\s+/g, ' ')}`,
    );
  return [
    ` Made from ${printable(source).replaceAll('\n', ' ')}.`,
    ...(lines.length > 0 ? [' Not carried over:', ...lines] : []),
    ...(left.length > lines.length
      ? [` - and ${left.length - lines.length} more`]
      : []),
  ].join('\n');
}

/** An empty line before each stage but the first, as people write it. */
function spaceStages(document: Document): void {
  const stages: unknown = document.get('stages');
  if (isMap(stages)) {
    for (const { key } of stages.items.slice(1)) {
      if (isScalar(key)) {
        (key as Node & { spaceBefore?: boolean }).spaceBefore = true;
      }
    }
  }
}
