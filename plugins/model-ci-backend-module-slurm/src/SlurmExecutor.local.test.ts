import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handle } from '@model-ci/backstage-plugin-model-ci-node';
import {
  describeExecutorContract,
  eventually,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import type { Runner } from './commands/Runner';
import type { ClusterConfig } from './config';
import { jobName } from './jobs/Job';
import { SlurmExecutor } from './SlurmExecutor';
import { describeEvents } from './testing/describeEvents';
import {
  describeWithSlurm,
  jobsFolder,
  localRunner,
  shellRunner,
  slurm,
  spyOn,
  testCluster,
} from './testing/testbed';

/** What can go wrong on the way to a cluster. */
interface Trouble {
  lostAnswers: number;
  failNextQueue: boolean;
  unknown: Set<string>;
}

function troubled(runner: Runner, trouble: Trouble): Runner {
  return spyOn(runner, async (words, run) => {
    const line = words.join(' ');
    if (line.includes('squeue') && trouble.failNextQueue) {
      trouble.failNextQueue = false;
      throw new Error('Connection reset by peer');
    }
    const answer = await run();
    if (line.includes('sbatch') && trouble.lostAnswers > 0) {
      trouble.lostAnswers--;
      throw new Error('Connection reset by peer');
    }
    if (line.includes('squeue') && trouble.unknown.size > 0) {
      const shown = answer.stdout
        .toString()
        .split('\n')
        .map(text =>
          [...trouble.unknown].some(id => text.startsWith(jobName(id)))
            ? text.replace(/\|[A-Z]+\|/, '|POWERING_SIDEWAYS|')
            : text,
        );
      return { ...answer, stdout: Buffer.from(shown.join('\n')) };
    }
    return answer;
  });
}

async function create(runner: Runner, rest: Partial<ClusterConfig> = {}) {
  const directory = jobsFolder(`contract-${randomUUID()}`);
  const trouble: Trouble = {
    lostAnswers: 0,
    failNextQueue: false,
    unknown: new Set(),
  };
  const executor = () =>
    new SlurmExecutor([
      testCluster(directory, troubled(runner, trouble), rest),
    ]);
  const setPartition = (state: 'UP' | 'DOWN') =>
    slurm('scontrol', 'update', 'PartitionName=main', `State=${state}`);
  return {
    executor: executor(),
    recreate: async () => executor(),
    node: 'testbed-main',
    removeBehind: async (handle: Handle) => {
      slurm('scancel', `--name=${jobName(String(handle.attemptId))}`);
    },
    loseAnswer() {
      trouble.lostAnswers++;
    },
    remains: async (id: string) => {
      // An attempt may have ended a moment before Slurm is done with its job
      await eventually(
        () => !slurm('squeue', '-h', `--name=${jobName(id)}`),
        'its job is gone',
      );
      const names = await readdir(join(directory, 'attempts'));
      return names.filter(name => name === id);
    },
    cluster: {
      setFull: (isFull: boolean) => setPartition(isFull ? 'DOWN' : 'UP'),
      dropWatches() {
        trouble.failNextQueue = true;
      },
      showUnknown(id: string, isUnknown: boolean) {
        if (isUnknown) {
          trouble.unknown.add(id);
        } else {
          trouble.unknown.delete(id);
        }
      },
    },
    async dispose() {
      setPartition('UP');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const LOST_ANSWERS = Number(process.env.MODEL_CI_LOST_ANSWERS ?? 30);

const features = {
  networkNone: false,
  memoryLimit: true,
  shell: true,
  services: false,
  cluster: true,
  lostAnswers: LOST_ANSWERS,
};

/** Scripts are run alike both ways; what differs is where their files lie. */
const EVERYTHING = process.env.MODEL_CI_LOST_ANSWERS !== undefined;

describeWithSlurm('slurm', () => {
  describeExecutorContract('slurm with a shared folder', {
    features: { ...features, shell: EVERYTHING },
    create: async () => await create(localRunner()),
  });

  describeExecutorContract('slurm through a remote shell', {
    // Submitted by the same commands
    features: { ...features, lostAnswers: Math.ceil(LOST_ANSWERS / 3) },
    create: async () => await create(shellRunner(), { mountedAt: undefined }),
  });

  describeEvents();
});
