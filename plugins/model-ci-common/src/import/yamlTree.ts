import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml';
import { reason, type Reason } from '../reasons';

/** A value of a YAML file with its place; aliases and merge keys are resolved. */
export type Tree = TreeMap | TreeList | TreeScalar | TreeReference;

export interface TreeEntry {
  key: string;
  /** Of the key. */
  offset: number;
  value: Tree;
}

export interface TreeMap {
  kind: 'map';
  offset: number;
  entries: TreeEntry[];
}

export interface TreeList {
  kind: 'list';
  offset: number;
  items: Tree[];
}

export interface TreeScalar {
  kind: 'scalar';
  offset: number;
  value: string | number | boolean | null;
  /** As it is written: of 3.10 not 3.1. */
  text: string;
}

/** `!reference [job, key]` of GitLab. */
export interface TreeReference {
  kind: 'reference';
  offset: number;
  path: string[];
}

/** Aliases may repeat what they stand for; far more than any pipeline has. */
const MAX_NODES = 20_000;
const MAX_DEPTH = 60;

class TooLarge extends Error {}

const referenceTag = { tag: '!reference', collection: 'seq' as const };

export function parseTree(
  text: string,
): { tree: Tree } | { fault: { offset: number; reason: Reason } } {
  const document = parseDocument(text, {
    prettyErrors: false,
    strict: false,
    uniqueKeys: false,
    logLevel: 'silent',
    customTags: ['merge', referenceTag],
  });
  const [error] = document.errors;
  if (error) {
    const why =
      error.code === 'RESOURCE_EXHAUSTION' || /call stack/i.test(error.message)
        ? reason('definition.fileTooDeep')
        : reason('definition.yaml', { message: error.message });
    return { fault: { offset: error.pos[0], reason: why } };
  }
  const reader = { count: 0, resolve: toResolver(document) };
  try {
    return { tree: toTree(document.contents, reader, 0) };
  } catch (thrown) {
    if (thrown instanceof TooLarge) {
      return { fault: { offset: 0, reason: reason('import.tooLarge') } };
    }
    throw thrown;
  }
}

interface Reader {
  count: number;
  resolve(node: unknown): unknown;
}

function toResolver(document: ReturnType<typeof parseDocument>) {
  return (node: unknown) => (isAlias(node) ? node.resolve(document) : node);
}

function toTree(found: unknown, reader: Reader, depth: number): Tree {
  reader.count += 1;
  if (reader.count > MAX_NODES || depth > MAX_DEPTH) {
    throw new TooLarge();
  }
  const node = reader.resolve(found);
  // What an alias stands for is reported where the alias is.
  const offset = offsetOf(found) ?? 0;
  if (isMap(node)) {
    return { kind: 'map', offset, entries: toEntries(node, reader, depth) };
  }
  if (isSeq(node)) {
    const items = node.items.map(item => toTree(item, reader, depth + 1));
    return node.tag === '!reference'
      ? { kind: 'reference', offset, path: items.flatMap(textsIn) }
      : { kind: 'list', offset, items };
  }
  return toScalar(node, offset);
}

function toEntries(
  map: { items: unknown[] },
  reader: Reader,
  depth: number,
): TreeEntry[] {
  const own = new Map<string, TreeEntry>();
  const merged: TreeEntry[] = [];
  for (const pair of map.items) {
    if (!isPair(pair)) {
      continue;
    }
    const key = isScalar(pair.key)
      ? pair.key.source ?? String(pair.key.value)
      : '';
    const value = toTree(pair.value, reader, depth + 1);
    if (key === '<<') {
      merged.push(...mapsIn(value).flatMap(({ entries }) => entries));
    } else {
      own.set(key, { key, offset: offsetOf(pair.key) ?? value.offset, value });
    }
  }
  const taken = new Set(own.keys());
  for (const entry of merged) {
    if (!taken.has(entry.key)) {
      taken.add(entry.key);
      own.set(entry.key, entry);
    }
  }
  return [...own.values()];
}

function mapsIn(tree: Tree): TreeMap[] {
  if (tree.kind === 'list') {
    return tree.items.flatMap(mapsIn);
  }
  return tree.kind === 'map' ? [tree] : [];
}

function toScalar(node: unknown, offset: number): TreeScalar {
  const value: unknown = isScalar(node) ? node.value : null;
  const isPlain =
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean';
  const source = isScalar(node) ? node.source : undefined;
  const text = typeof value === 'string' ? value : source ?? '';
  return { kind: 'scalar', offset, value: isPlain ? value : null, text };
}

function offsetOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)
    ? node.range?.[0]
    : undefined;
}

export function entriesIn(tree: Tree | undefined): TreeEntry[] {
  return tree?.kind === 'map' ? tree.entries : [];
}

export function entryOf(
  tree: Tree | undefined,
  key: string,
): TreeEntry | undefined {
  return entriesIn(tree).find(entry => entry.key === key);
}

export function childOf(tree: Tree | undefined, key: string): Tree | undefined {
  return entryOf(tree, key)?.value;
}

/** The text of a scalar that says something. */
export function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'scalar' && tree.value !== null ? tree.text : undefined;
}

/** The items of a list, or the one thing that stands in place of a list. */
export function itemsIn(tree: Tree | undefined): Tree[] {
  if (!tree || (tree.kind === 'scalar' && tree.value === null)) {
    return [];
  }
  return tree.kind === 'list' ? tree.items : [tree];
}

/** All texts, of lists within lists too. */
export function textsIn(tree: Tree | undefined): string[] {
  if (tree?.kind === 'list') {
    return tree.items.flatMap(textsIn);
  }
  const text = textOf(tree);
  return text === undefined ? [] : [text];
}

/** A piece of the file in one line, for findings. */
export function show(key: string, value?: Tree): string {
  const text = value && describe(value);
  return text ? `${key}: ${text}` : key;
}

function describe(tree: Tree): string {
  switch (tree.kind) {
    case 'scalar':
      return tree.text;
    case 'list':
      return tree.items.slice(0, 10).map(describe).join(', ');
    case 'map':
      return tree.entries
        .slice(0, 10)
        .map(({ key }) => key)
        .join(', ');
    default:
      return `!reference [${tree.path.join(', ')}]`;
  }
}
