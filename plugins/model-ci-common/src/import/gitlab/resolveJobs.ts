import { reason } from '../../reasons';
import type { Findings } from '../Findings';
import {
  childOf,
  entriesIn,
  entryOf,
  show,
  textsIn,
  type Tree,
  type TreeEntry,
  type TreeMap,
} from '../yamlTree';

/** As GitLab allows. */
const MAX_EXTENDS = 11;
const MAX_REFERENCES = 10;
/** What one job may become by references to lists of references. */
const MAX_ITEMS = 5000;

/** A job with what it has from those that it extends. */
export function resolveJob(
  root: Tree,
  entry: TreeEntry,
  findings: Findings,
): TreeMap {
  const extended = extend(root, entry, findings, 0);
  const count = { left: MAX_ITEMS };
  const entries = extended.entries.map(item => ({
    ...item,
    value: follow(root, item.value, findings, 0, count),
  }));
  return { ...extended, entries };
}

function extend(
  root: Tree,
  { key, offset, value }: TreeEntry,
  findings: Findings,
  depth: number,
): TreeMap {
  const own: TreeMap = {
    kind: 'map',
    offset: value.offset,
    entries: entriesIn(value).filter(entry => entry.key !== 'extends'),
  };
  const names = textsIn(childOf(value, 'extends'));
  if (depth > MAX_EXTENDS && names.length > 0) {
    findings.left(offset, key, reason('import.tooLarge'));
    return own;
  }
  const bases = names.slice(0, MAX_EXTENDS).flatMap(name => {
    const base = entryOf(root, name);
    if (!base) {
      const at = entryOf(value, 'extends')?.offset ?? offset;
      const why = reason('import.noSuch', { name });
      findings.left(
        at,
        `extends: ${name}`,
        why,
        reason('import.remedyInclude'),
      );
    }
    return base ? [extend(root, base, findings, depth + 1)] : [];
  });
  return [...bases, own].reduce(merge);
}

/** Mappings are merged, everything else is replaced. */
function merge(base: TreeMap, over: TreeMap): TreeMap {
  const entries = new Map(base.entries.map(entry => [entry.key, entry]));
  for (const entry of over.entries) {
    const before = entries.get(entry.key)?.value;
    const value =
      before?.kind === 'map' && entry.value.kind === 'map'
        ? merge(before, entry.value)
        : entry.value;
    entries.set(entry.key, { ...entry, value });
  }
  return { ...over, entries: [...entries.values()] };
}

/** Puts in what `!reference` names. */
function follow(
  root: Tree,
  tree: Tree,
  findings: Findings,
  depth: number,
  count: { left: number },
): Tree {
  count.left -= 1;
  const isTooMuch = depth > MAX_REFERENCES || count.left < 0;
  if (tree.kind === 'list' && !isTooMuch) {
    const items = tree.items.flatMap(item => {
      const found = follow(root, item, findings, depth, count);
      return item.kind === 'reference' && found.kind === 'list'
        ? found.items
        : [found];
    });
    return { ...tree, items };
  }
  if (tree.kind === 'map' && !isTooMuch) {
    const entries = tree.entries.map(entry => ({
      ...entry,
      value: follow(root, entry.value, findings, depth, count),
    }));
    return { ...tree, entries };
  }
  if (tree.kind !== 'reference') {
    return tree;
  }
  const target = tree.path.reduce<Tree | undefined>(childOf, root);
  if (!target || isTooMuch) {
    const name = tree.path.join('.');
    const why = target
      ? reason('import.tooLarge')
      : reason('import.noSuch', { name });
    const what = show('!reference', tree);
    findings.left(tree.offset, what, why, reason('import.remedyInclude'));
    return { kind: 'list', offset: tree.offset, items: [] };
  }
  return follow(root, target, findings, depth + 1, count);
}
