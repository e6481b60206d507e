import { reason } from '../reasons';
import type { Findings } from './Findings';
import { itemsIn, show, textOf, type TreeEntry } from './yamlTree';

/** Says of each command of a list that it became part of a stage. */
export function reportCommands(
  entry: TreeEntry | undefined,
  key: string,
  findings: Findings,
): void {
  for (const item of entry ? itemsIn(entry.value) : []) {
    const what = textOf(item) ?? show(entry?.key ?? '', item);
    findings.carried(item.offset, what, reason('import.became', { key }));
  }
}
