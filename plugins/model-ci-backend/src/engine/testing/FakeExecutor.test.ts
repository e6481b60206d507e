import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  describeExecutorContract,
  runSimpleScript,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { FakeExecutor, type FakeTask } from './FakeExecutor';

async function runScript(task: FakeTask): Promise<void> {
  const exitCode = await runSimpleScript(task.spec.script, {
    write: text => task.write(text),
    writeFile: (path, text) => {
      task.files[path] = text;
    },
    hasEnded: () => task.outcome !== undefined,
    async sleep(seconds) {
      const stop = new AbortController();
      const { signal } = stop;
      await Promise.race([
        delay(seconds * 1000, undefined, { signal }),
        untilEnded(task, signal),
      ]).finally(() => stop.abort());
    },
  });
  task.exit(exitCode);
}

async function untilEnded(task: FakeTask, signal: AbortSignal): Promise<void> {
  while (!task.outcome) {
    await once(task.events, 'change', { signal });
  }
}

describeExecutorContract('fake', {
  features: {
    networkNone: false,
    memoryLimit: false,
    shell: false,
    services: false,
    cluster: false,
    lostAnswers: 1000,
  },
  async create() {
    // It stands for the machine, and whoever calls it has no state of its own.
    const executor = new FakeExecutor({ script: runScript });
    return {
      executor,
      recreate: async () => executor,
      node: 'local',
      async removeBehind(handle) {
        executor.tasks.delete(String(handle.task));
      },
      async remains(id) {
        const task = executor.tasks.get(id);
        return task && task.cleanups + task.withdrawals === 0 ? [id] : [];
      },
      loseAnswer() {
        executor.failures.submitted.push(new Error('socket hang up'));
      },
    };
  },
});
