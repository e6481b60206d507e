import { readFileSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  importPipeline,
  parsePipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  attempt,
  part,
  readLog,
  type ExecutorUnderTest,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { ProcessExecutor } from './ProcessExecutor';

jest.setTimeout(120_000);

const never = new AbortController().signal;

const JENKINSFILE = join(
  __dirname,
  '../../model-ci-common/src/import/__fixtures__/jenkins/tutorial.Jenkinsfile',
);

/** Stand for tools that a machine may lack: they write down how they were called, and fail if the source is not there. */
const TOOLS = {
  python: 'test -f setup.py && echo "python $*" >> "$CALLS"',
  pytest:
    'test -f "$1" && echo "pytest $*" >> "$CALLS" && ! grep -q WRONG "$1"',
  docker: 'test -f Dockerfile && echo "docker $*" >> "$CALLS"',
};
const SOURCE = {
  'setup.py': 'from setuptools import setup\nsetup()\n',
  'test_model.py': 'def test_model():\n    assert True\n',
  Dockerfile: 'FROM scratch\n',
};

describe('the pipeline of a Jenkinsfile', () => {
  let directory: string;
  let executor: ProcessExecutor;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'model-ci-imported-'));
    await mkdir(join(directory, 'bin'));
    for (const [name, script] of Object.entries(TOOLS)) {
      await writeFile(join(directory, 'bin', name), `#!/bin/sh\n${script}\n`);
      await chmod(join(directory, 'bin', name), 0o755);
    }
    executor = new ProcessExecutor({
      directory: join(directory, 'data'),
      node: {
        name: 'local',
        labels: {},
        capacity: { cpus: 1, memoryBytes: 2 ** 30 },
      },
    });
  });

  afterEach(() => rm(directory, { recursive: true }));

  /** Runs the stages one after the other up to one that fails; answers what they logged and what was called. */
  async function run(source: Record<string, string>) {
    const text = readFileSync(JENKINSFILE, 'utf8');
    const { definition = '' } = importPipeline({ text, name: 'Jenkinsfile' });
    const parsed = parsePipelineDefinition(definition, { file: 'x' });
    const stages = 'definition' in parsed ? parsed.definition.stages : {};
    const under: ExecutorUnderTest = {
      executor,
      recreate: async () => executor,
      node: 'local',
      removeBehind: async () => {},
      remains: async () => [],
    };
    const calls = join(directory, 'calls');
    const ended: string[] = [];
    let log = '';
    for (const [stage, { script }] of Object.entries(stages)) {
      const spec = attempt(under, script, {
        stage,
        env: {
          CALLS: calls,
          PATH: `${join(directory, 'bin')}:/usr/bin:/bin`,
        },
        workspace: [part('', source)],
      });
      const handle = await executor.submit(spec);
      const outcome = await executor.observe(handle, never);
      log += await readLog(executor, handle);
      await executor.cleanup(handle);
      const exitCode = outcome.type === 'exited' ? outcome.exitCode : outcome;
      ended.push(`${stage} ${exitCode}`);
      if (exitCode !== 0) {
        break;
      }
    }
    return { ended, log, calls: await readFile(calls, 'utf8') };
  }

  it('runs whole', async () => {
    const { ended, log, calls } = await run(SOURCE);
    expect(ended).toEqual(['build 0', 'test 0', 'deploy 0', 'post 0']);
    expect(calls).toBe(
      'python setup.py build\npytest test_model.py\ndocker build -t my_model .\ndocker run --rm my_model\n',
    );
    expect(log).toContain('The model was built and deployed.');
    expect(log).not.toContain('Something went wrong.');
  });

  it('says in the stage that fails what it says of failures, and fails', async () => {
    const { ended, log, calls } = await run({
      ...SOURCE,
      'test_model.py': '# WRONG\n',
    });
    expect(ended).toEqual(['build 0', 'test 1']);
    expect(calls).toBe('python setup.py build\npytest test_model.py\n');
    expect(log).toContain('Something went wrong.');
    expect(log).not.toContain('The model was built and deployed.');
  });
});
