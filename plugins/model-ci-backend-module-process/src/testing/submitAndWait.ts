import { parseArgs } from 'node:util';
import { ProcessExecutor } from '../ProcessExecutor';

/**
 * A backend that is about to be killed: submits one attempt, prints its handle and stays.
 * Run by tests as a process of its own.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      directory: { type: 'string', default: '' },
      script: { type: 'string', default: '' },
      id: { type: 'string', default: '' },
    },
  });
  const executor = new ProcessExecutor({
    directory: values.directory,
    node: {
      name: 'local',
      labels: {},
      capacity: { cpus: 1, memoryBytes: 2 ** 30 },
    },
  });
  const handle = await executor.submit({
    attemptId: values.id,
    runId: 'run-1',
    pipelineRef: 'modelpipeline:default/contract',
    stage: 'train',
    node: 'local',
    script: values.script,
    env: {},
    resources: {},
    network: 'default',
    timeoutSeconds: 60,
    maxLogBytes: 2 ** 20,
    workspace: [],
  });
  process.stdout.write(`${JSON.stringify(handle)}\n`);
  await executor.observe(handle, new AbortController().signal);
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
