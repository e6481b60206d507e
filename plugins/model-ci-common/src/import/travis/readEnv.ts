import { reason } from '../../reasons';
import type { Findings } from '../Findings';
import { readVariables } from '../readVariables';
import { entriesIn, itemsIn, show, textOf, type Tree } from '../yamlTree';

const ASSIGNMENT = /\s*([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/y;

/** `A=1 B="x y"`, a mapping, or a list of those: all of them. */
export function readEnv(
  tree: Tree | undefined,
  env: Record<string, string>,
  where: string,
  findings: Findings,
): void {
  for (const item of itemsIn(tree)) {
    const text = textOf(item);
    if (text !== undefined) {
      Object.assign(env, assignmentsIn(text));
      const key = `${where}.env`;
      findings.carried(item.offset, text, reason('import.became', { key }));
    } else if (entriesIn(item).some(({ key }) => key === 'secure')) {
      const remedy = reason('import.remedyCredentials');
      const what = show('env', item);
      findings.left(item.offset, what, reason('import.secret'), remedy);
    } else {
      readVariables(item, env, where, findings);
    }
  }
}

function assignmentsIn(text: string): Record<string, string> {
  const found: Array<[string, string]> = [];
  ASSIGNMENT.lastIndex = 0;
  for (;;) {
    const match = ASSIGNMENT.exec(text);
    if (!match) {
      return Object.fromEntries(found);
    }
    const [, name, value] = match;
    const quote = /^["']/.test(value);
    found.push([name, quote ? value.slice(1, -1) : value]);
  }
}
