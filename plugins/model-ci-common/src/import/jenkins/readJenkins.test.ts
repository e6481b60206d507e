import { parsePipelineDefinition } from '../../definition/parsePipelineDefinition';
import { importPipeline } from '../importPipeline';

function imported(text: string) {
  const { definition, findings } = importPipeline({ text, kind: 'jenkins' });
  const parsed = parsePipelineDefinition(definition ?? '', { file: 'x' });
  if ('errors' in parsed) {
    throw new Error(JSON.stringify({ parsed, findings }, null, 2));
  }
  const lines = findings.map(
    ({ line, outcome, reason }) => `${line} ${outcome} ${reason.code}`,
  );
  return { ...parsed.definition, lines };
}

const stage = (body: string, rest = '') =>
  `pipeline {\nagent any\n${rest}\nstages {\nstage('One') {\n${body}\n}\n}\n}`;
const steps = (...commands: string[]) =>
  stage(`steps {\n${commands.join('\n')}\n}`);
const scriptOf = (text: string) => imported(text).stages.one.script;

describe('a Jenkinsfile', () => {
  it.each([
    [`sh 'a \\'b\\' \\\\ \\t'`, `a 'b' \\ \t`.trimEnd()],
    [`sh "a \${B} \${env.C} \$D \\\${E} \\$F"`, 'a ${B} ${C} ${D} ${E} $F'],
    [`sh "echo '\${env.A}' \\"\${B}\\""`, `echo ''"\${A}"'' "\${B}"`],
    [`sh '''\n  a\n    b\n'''`, 'a\n  b'],
    [`sh 'a ' + "b"`, 'a b'],
    [`sh(script: 'x', returnStatus: true)`, '(\nx\n) || true'],
    [`sh 'cd x && make'`, '(\ncd x && make\n)'],
    [`echo "a \${B} \$c \\\`d\\\`"`, 'echo "a ${B} ${c} \\`d\\`"'],
    [`dir('a b') { sh 'c' }`, "(\ncd 'a b'\nc\n)"],
    [`withEnv(['A=b c']) { sh 'd' }`, "(\nexport A='b c'\nd\n)"],
  ])('reads %s', (step, script) => {
    expect(scriptOf(steps(step))).toBe(script);
  });

  it('keeps the order of stages side by side and one after the other', () => {
    const { stages } = imported(`pipeline { agent any
      stages {
        stage('a') { steps { sh 'a' } }
        stage('b') { parallel {
          stage('b1') { steps { sh 'b1' } }
          stage('b2') { stages {
            stage('b21') { steps { sh 'b21' } }
            stage('b22') { steps { sh 'b22' } }
          } }
        } }
        stage('c') { steps { sh 'c' } }
      } }`);
    const needs = Object.entries(stages).map(([name, item]) => [
      name,
      item.needs,
    ]);
    expect(Object.fromEntries(needs)).toEqual({
      a: [],
      b1: ['a'],
      b21: ['a'],
      b22: ['b21'],
      c: ['b1', 'b22'],
    });
  });

  it('lets what was stashed come with a need, and reads reports', () => {
    const { stages } = imported(`pipeline { agent any
      stages {
        stage('a') { steps { sh 'a'; stash name: 'w', includes: 'out/*.pt' } }
        stage('b') { steps { unstash 'w'; sh 'b' } post { always { junit 'r/*.xml' } } }
      } }`);
    expect(stages.a.artifacts).toEqual({ w: 'out' });
    expect(stages.b.reports).toMatchObject({ junit: 'r/*.xml' });
  });

  it('tests the branch at the start of a stage', () => {
    const text = stage(`when { branch 'main' }\nsteps { sh 'a' }`);
    expect(scriptOf(text)).toMatch(
      /^if ! \{ case "\$MODEL_CI_BRANCH" in main\) /,
    );
    expect(imported(text).lines).toContain('6 carried import.condition');
    const lost = stage(`when { expression { a } }\nsteps { sh 'a' }`);
    expect(imported(lost).lines).toContain('6 left import.conditionLost');
  });

  it('waits for a person where there was an input', () => {
    const { stages } = imported(
      stage(`input { message 'Go?' }\nsteps { sh 'a' }`),
    );
    expect(stages['approve-one'].hold).toBe(true);
    expect(stages.one.needs).toEqual(['approve-one']);
  });

  it.each([
    [`script { if (a) { sh 'b' } }`, 'import.code'],
    [`def x = sh(script: 'a', returnStdout: true)`, 'import.code'],
    [`sh foo.bar()`, 'import.code'],
    [
      `withCredentials([string(credentialsId: 'a', variable: 'B')]) { sh 'c' }`,
      'import.secret',
    ],
    [`bat 'dir'`, 'import.windows'],
    [`mail to: 'a@example.org'`, 'import.message'],
    [`retry(3) { sh 'a' }`, 'import.retry'],
    [`someStep 'x'`, 'import.step'],
    [`archiveArtifacts '**/*'`, 'import.wholeWorkspace'],
  ])('reports that %s was left', (step, code) => {
    expect(imported(steps(step, `sh 'z'`)).lines).toContain(`7 left ${code}`);
  });

  it('takes values of parameters and secrets for what they are', () => {
    const { stages, lines } = imported(
      stage(
        `steps { sh "a \${params.SIZE}" }`,
        `parameters { string(name: 'SIZE', defaultValue: 'big') }\nenvironment { KEY = credentials('k') }`,
      ),
    );
    expect(stages.one.env).toEqual({ SIZE: 'big' });
    expect(lines).toEqual(
      expect.arrayContaining([
        '3 changed import.parameter',
        '4 left import.secret',
      ]),
    );
  });
});
