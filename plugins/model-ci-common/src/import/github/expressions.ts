import { allOf, anyOf, isBranch, isNot } from '../shell';

/** What the expressions of a job stand for. */
export interface Surroundings {
  /** The first values of the matrix. */
  matrix: Record<string, string>;
}

export interface Resolved {
  /** For the shell. */
  text: string;
  /** Whether the shell has to expand something. */
  hasVariables: boolean;
  unknown: Array<{ expression: string; variable: string; isSecret: boolean }>;
}

const KNOWN: Record<string, string> = {
  'github.sha': '${MODEL_CI_COMMIT}',
  'github.ref_name': '${MODEL_CI_BRANCH}',
  'github.head_ref': '${MODEL_CI_BRANCH}',
  'github.ref': 'refs/heads/${MODEL_CI_BRANCH}',
  'github.run_id': '${MODEL_CI_RUN_ID}',
  'github.run_number': '${MODEL_CI_RUN_ID}',
  'github.workspace': '${PWD}',
  'github.job': '${MODEL_CI_STAGE}',
  'github.event_name': 'push',
  'runner.os': 'Linux',
  'runner.temp': '/tmp',
};

const MARKED = /\$\{\{([^}]{0,500})\}\}/g;

/** A text with variables of the shell, and known values, in place of expressions. */
export function resolve(text: string, { matrix }: Surroundings): Resolved {
  const unknown: Resolved['unknown'] = [];
  let hasVariables = false;
  const resolved = text.replace(MARKED, (_, written: string) => {
    const expression = written.trim();
    const [, scope, name] =
      /^(env|matrix|secrets|vars|inputs)\.([\w-]{1,100})$/.exec(expression) ??
      [];
    if (scope === 'matrix' && Object.hasOwn(matrix, name)) {
      return matrix[name];
    }
    if (Object.hasOwn(KNOWN, expression)) {
      hasVariables ||= KNOWN[expression].includes('$');
      return KNOWN[expression];
    }
    hasVariables = true;
    const variable = toVariable(name ?? expression);
    if (scope !== 'env') {
      unknown.push({ expression, variable, isSecret: scope === 'secrets' });
    }
    return `\${${variable}}`;
  });
  return { text: resolved, hasVariables, unknown };
}

function toVariable(words: string): string {
  const name = words
    .slice(0, 60)
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(name) ? name : `VALUE_${name}`;
}

/** A condition as a test of the shell, `true` and `false` if they are known before; undefined if it cannot be told. */
export function testOf(written: string): string | undefined {
  const text = written
    .replace(/^\s*\$\{\{/, '')
    .replace(/\}\}\s*$/, '')
    .trim();
  if (text.includes('||')) {
    return join(text.split('||'), 'true', anyOf);
  }
  if (text.includes('&&')) {
    return join(text.split('&&'), 'false', allOf);
  }
  return testOfOne(text);
}

/** `decisive` decides whatever the others are. */
function join(
  parts: string[],
  decisive: 'true' | 'false',
  together: (tests: string[]) => string,
): string | undefined {
  const tests = parts.map(testOf);
  const known = tests.filter(test => test !== undefined);
  if (known.length < tests.length) {
    return undefined;
  }
  if (known.includes(decisive)) {
    return decisive;
  }
  const open = known.filter(test => test !== 'true' && test !== 'false');
  return open.length > 0 ? together(open) : known[0];
}

function testOfOne(text: string): string | undefined {
  if (/^(?:always|success)\(\)$/.test(text) || text === 'true') {
    return 'true';
  }
  const [, subject, operator, value] =
    /^(github\.(?:ref|ref_name|event_name)) *(==|!=) *'([^'$]*)'$/.exec(text) ??
    [];
  if (subject === 'github.event_name') {
    return String((value === 'push') === (operator === '=='));
  }
  if (subject === undefined) {
    return undefined;
  }
  const branch = value.replace(/^refs\/heads\//, '');
  if (value.startsWith('refs/tags/')) {
    return String(operator === '!=');
  }
  return operator === '==' ? isBranch([branch]) : isNot(isBranch([branch]));
}
