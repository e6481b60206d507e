import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePipelineDefinition } from '../definition/parsePipelineDefinition';
import { importPipeline, MAX_IMPORT_LENGTH } from './importPipeline';
import { IMPORT_KINDS, type ImportKind } from './types';

jest.setTimeout(60_000);

const FIXTURES = join(__dirname, '__fixtures__');
const SAMPLES = IMPORT_KINDS.flatMap(kind =>
  readdirSync(join(FIXTURES, kind)).map(
    name =>
      [name, kind, readFileSync(join(FIXTURES, kind, name), 'utf8')] as const,
  ),
);
/** Have nothing that could be run, on purpose. */
const EMPTY = new Set(['scripted.Jenkinsfile', 'hidden-only.gitlab-ci.yml']);

function sample(name: string): string {
  return SAMPLES.find(([file]) => file === name)?.[2] ?? '';
}

function definitionOf(text: string, kind: ImportKind) {
  const { definition, findings } = importPipeline({ text, kind });
  const parsed = parsePipelineDefinition(definition ?? '', { file: 'x' });
  if ('errors' in parsed) {
    throw new Error(JSON.stringify({ parsed, findings }, null, 2));
  }
  return parsed.definition;
}

/** Whether there is nothing, or something valid. */
function isSound(definition: string | undefined): boolean {
  return (
    definition === undefined ||
    'definition' in parsePipelineDefinition(definition, { file: 'x' })
  );
}

/** `line outcome code` */
function found(text: string, kind: ImportKind): string[] {
  return importPipeline({ text, kind }).findings.map(
    ({ line, outcome, reason }) => `${line} ${outcome} ${reason.code}`,
  );
}

describe('importPipeline', () => {
  it('has ten samples of each kind', () => {
    for (const kind of IMPORT_KINDS) {
      expect(
        SAMPLES.filter(([, of]) => of === kind).length,
      ).toBeGreaterThanOrEqual(10);
    }
  });

  it.each(SAMPLES)('makes %s of %s a valid definition', (name, kind, text) => {
    const { definition, findings, ...rest } = importPipeline({ name, text });
    // What a workflow is called says nothing; its content does.
    expect(rest.kind).toBe(kind);
    const again = importPipeline({ name, text, kind });
    expect(again.definition === undefined).toBe(EMPTY.has(name));
    expect(definition).toBe(again.definition);
    expect(isSound(definition)).toBe(true);
    const lines = text.split('\n');
    expect(findings.length).toBeGreaterThan(0);
    for (const { line, column, what, reason } of findings) {
      expect(lines[line - 1]?.slice(column - 1)).toMatch(/^\S/);
      expect(what).not.toBe('');
      // Nothing was refused: what is written is right from the beginning.
      expect(reason.code).not.toBe('import.refused');
    }
  });

  it.each(SAMPLES)(
    'says of each command of %s what became of it',
    (name, kind, text) => {
      const { findings } = importPipeline({ name, text, kind });
      const reported = new Set(findings.map(({ line }) => line));
      const missing = text.split('\n').flatMap((line, index) => {
        const command = line.trim().replace(/^- /, '').slice(0, 20);
        const isCommand =
          /^\s*(?:sh |echo ['"]|- run: |bat |mail |junit |stage\()/.test(line);
        const isReported =
          reported.has(index + 1) ||
          // As a part of a script of several lines.
          findings.some(({ what }) => what.includes(command));
        return isCommand && !isReported ? [line] : [];
      });
      // Code in Groovy is reported as a whole, where it begins.
      expect(EMPTY.has(name) ? [] : missing).toEqual([]);
    },
  );

  it.each(SAMPLES)('bears %s of %s cut and mixed up', (name, kind, text) => {
    const texts = [];
    for (let at = 1; at < text.length; at += 1 + Math.floor(text.length / 6)) {
      texts.push(
        text.slice(0, at),
        text.slice(at),
        `${text.slice(0, at)}'"\${{[(${text.slice(at)}`,
        `${text.slice(at)}${text.slice(0, at)}`,
        text.slice(0, at) + text.slice(at).replaceAll(/[a-m]/g, '-'),
      );
    }
    for (const mixed of texts) {
      const { definition } = importPipeline({ name, text: mixed, kind });
      expect(isSound(definition)).toBe(true);
    }
  });

  it('knows files by their content where the name says nothing', () => {
    const kinds = [
      'tutorial.Jenkinsfile',
      'python.travis.yml',
      'basic.gitlab-ci.yml',
      'tests.yml',
    ];
    expect(
      kinds.map(name => importPipeline({ text: sample(name) }).kind),
    ).toEqual(['jenkins', 'travis', 'gitlab', 'github']);
    expect(
      importPipeline({ text: 'all:\n\tcc main.c\n', name: 'Makefile' }),
    ).toMatchObject({
      findings: [{ reason: { code: 'import.unrecognized' } }],
    });
  });
});

describe('a hostile file', () => {
  /** Far more than it takes, on a machine with much else to do; far less than what grows by itself. */
  const LONG = 20_000;

  const timeOf = (work: () => void) => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };

  it('is refused when it is too long', () => {
    const text = 'x'.repeat(MAX_IMPORT_LENGTH + 1);
    expect(found(text, 'jenkins')).toEqual(['1 left definition.fileTooLong']);
  });

  it.each([
    ['jenkins', 'pipeline { stages { '.repeat(3_000), 'definition.fileTooDeep'],
    [
      'jenkins',
      `pipeline { x ${'['.repeat(5_000)} }`,
      'definition.fileTooDeep',
    ],
    ['jenkins', `pipeline { sh '`, 'import.unclosedString'],
    ['jenkins', 'pipeline { /* ', 'import.unclosedComment'],
    ['jenkins', 'pipeline { }\n}', 'import.unexpectedBrace'],
    ['jenkins', 'pipeline { agent any', 'import.unclosedBrace'],
    ['gitlab', 'a: b: c', 'definition.yaml'],
    ['travis', `a: ${'['.repeat(2_000)}`, ''],
  ] as const)('of %s is refused with its place', (kind, text, code) => {
    const { definition, findings } = importPipeline({ text, kind });
    expect(definition).toBeUndefined();
    expect(findings.map(item => item.reason.code).join()).toContain(code);
  });

  it('does not grow by aliases and references', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level += 1) {
      const items = Array(9)
        .fill(`*a${level - 1}`)
        .join(', ');
      lines.push(`a${level}: &a${level} [${items}]`);
    }
    expect(found(`${lines.join('\n')}\n`, 'gitlab')).toEqual([
      '1 left import.tooLarge',
    ]);
    const references = Array.from(
      { length: 12 },
      (_, level) =>
        `.r${level}: { script: [${Array(9)
          .fill(`!reference [.r${level + 1}, script]`)
          .join(', ')}] }`,
    );
    const job =
      'job: { script: [!reference [.r0, script]] }\n.r12: { script: [x] }';
    const many = `${references.join('\n')}\n${job}\n`;
    expect(timeOf(() => found(many, 'gitlab'))).toBeLessThan(LONG);
    const loop =
      '.a: { extends: .b }\n.b: { extends: .a }\njob: { extends: .a, script: [x] }\n';
    expect(found(loop, 'gitlab')).toContain('2 left import.tooLarge');
  });

  it.each([
    [
      'jenkins',
      `pipeline { stages { stage('a') { steps { sh '${'$('.repeat(
        60_000,
      )}' } } } }`,
    ],
    ['jenkins', `pipeline { ${'"${'.repeat(10_000)}`],
    ['gitlab', `job:\n  script:\n    - ${'${A_'.repeat(15_000)}\n`],
    ['travis', `env: ${'A= '.repeat(20_000)}\nscript: x\n`],
    [
      'github',
      `jobs:\n  a:\n    steps:\n      - run: ${'${{ a '.repeat(10_000)}\n`,
    ],
    ['gitlab', `job:\n  script: x\n  timeout: ${'1'.repeat(60_000)}\n`],
  ] as const)('of %s takes no long', (kind, text) => {
    expect(timeOf(() => importPipeline({ text, kind }))).toBeLessThan(LONG);
  });

  it('cannot reach prototypes, nor put lines into comments', () => {
    const text = `__proto__: { script: [a] }\nconstructor:\n  script: ["x\\ny"]\n"evil\\nstages: {}":\n  script: [b]\n  cache: "a\\nversion: 2"\n`;
    const { stages } = definitionOf(text, 'gitlab');
    expect(Object.keys(stages)).toHaveLength(3);
    expect(Object.hasOwn(Object.prototype, 'script')).toBe(false);
  });
});
