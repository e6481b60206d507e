import { anyOf, isBranch, isNot, quoteShell } from '../shell';
import {
  childOf,
  entriesIn,
  itemsIn,
  textOf,
  textsIn,
  type Tree,
} from '../yamlTree';

/** What becomes of a job by `rules`, `only` and `except`. */
export type Condition =
  | { type: 'always' }
  | { type: 'manual'; test?: string }
  | { type: 'never' }
  | { type: 'test'; test: string }
  /** Cannot be told where the commands run. */
  | { type: 'unknown' };

/** Words of `only` that hold for every push to a branch. */
const ALWAYS = new Set(['branches', 'pushes', 'web', 'api']);
/** Words for what starts no run here, so that nothing is lost with them. */
const NOT_HERE = new Set([
  'merge_requests',
  'tags',
  'schedules',
  'triggers',
  'external',
  'pipelines',
  'chat',
  'external_pull_requests',
]);

export function conditionOfRefs(tree: Tree, isExcept: boolean): Condition {
  const others = entriesIn(tree).filter(({ key }) => key !== 'refs');
  const refs = textsIn(tree.kind === 'map' ? childOf(tree, 'refs') : tree);
  const named = refs.filter(ref => !NOT_HERE.has(ref));
  if (others.length > 0 || named.some(isUnclear)) {
    return { type: 'unknown' };
  }
  if (isExcept) {
    if (named.some(ref => ALWAYS.has(ref))) {
      return { type: 'never' };
    }
    return named.length > 0
      ? { type: 'test', test: isNot(isBranch(named)) }
      : { type: 'always' };
  }
  if (named.some(ref => ALWAYS.has(ref))) {
    return { type: 'always' };
  }
  return named.length > 0
    ? { type: 'test', test: isBranch(named) }
    : { type: 'never' };
}

/** A regular expression, or a branch of a certain repository. */
function isUnclear(ref: string): boolean {
  return /^\/.*\/i?$/.test(ref) || /[@$\s]/.test(ref);
}

/** The first rule that holds decides; none: no job. */
export function conditionOfRules(tree: Tree): Condition {
  const tests: string[] = [];
  let excluded: string[] = [];
  for (const rule of itemsIn(tree)) {
    const extra = entriesIn(rule).some(
      ({ key }) => !['if', 'when'].includes(key),
    );
    const when = textOf(childOf(rule, 'when')) ?? 'on_success';
    const written = textOf(childOf(rule, 'if'));
    const test = written === undefined ? 'true' : testOfExpression(written);
    if (extra || test === undefined || rule.kind !== 'map') {
      return { type: 'unknown' };
    }
    if (test === 'false') {
      continue;
    }
    const whole =
      excluded.length > 0
        ? [isNot(anyOf(excluded)), ...(test === 'true' ? [] : [test])]
            .map(part => `{ ${part}; }`)
            .join(' && ')
        : test;
    if (when === 'manual') {
      return tests.length > 0
        ? { type: 'unknown' }
        : { type: 'manual', ...(whole !== 'true' && { test: whole }) };
    }
    if (when === 'never') {
      excluded = [...excluded, test];
      if (test === 'true') {
        break;
      }
    } else if (whole === 'true') {
      return { type: 'always' };
    } else {
      tests.push(whole);
      if (test === 'true') {
        break;
      }
    }
  }
  return tests.length > 0
    ? { type: 'test', test: anyOf(tests) }
    : { type: 'never' };
}

const BRANCH = String.raw`\$(?:CI_COMMIT_BRANCH|CI_COMMIT_REF_NAME)`;
const IS_BRANCH = new RegExp(
  `^${BRANCH} *(==|!=) *(?:"([^"$]*)"|'([^'$]*)'|(\\$CI_DEFAULT_BRANCH))$`,
);
const SOURCE = /^\$CI_PIPELINE_SOURCE *(==|!=) *["'](\w+)["']$/;

/** `true` and `false` are known before a run. */
function testOfExpression(written: string): string | undefined {
  const text = written.trim();
  const choice = text.split('||').map(part => part.trim());
  if (choice.length > 1) {
    const tests = choice.map(testOfExpression);
    const known = tests.filter(test => test !== undefined);
    const possible = known.filter(test => test !== 'false');
    if (known.length < tests.length) {
      return undefined;
    }
    return possible.includes('true') ? 'true' : anyOfOrFalse(possible);
  }
  const [branch, operator, double, single] = IS_BRANCH.exec(text) ?? [];
  const name = double ?? single;
  if (branch !== undefined && name !== undefined) {
    const test = isBranch([name]);
    return operator === '==' ? test : isNot(test);
  }
  const [source, comparison, cause] = SOURCE.exec(text) ?? [];
  if (source !== undefined) {
    return String((cause === 'push') === (comparison === '=='));
  }
  if (new RegExp(`^${BRANCH}$`).test(text)) {
    return 'true';
  }
  // Set by nothing here.
  return /^\$(?:CI_COMMIT_TAG|CI_MERGE_REQUEST_\w+)$/.test(text)
    ? 'false'
    : ownVariable(text);
}

function anyOfOrFalse(tests: string[]): string {
  return tests.length > 0 ? anyOf(tests) : 'false';
}

function ownVariable(text: string): string | undefined {
  const [, name, operator, value] =
    /^\$([A-Z_][A-Z0-9_]*) *(==|!=) *["']([^"'$]*)["']$/.exec(text) ?? [];
  return name === undefined || name.startsWith('CI_')
    ? undefined
    : `[ "$${name}" ${operator === '==' ? '=' : '!='} ${quoteShell(value)} ]`;
}
