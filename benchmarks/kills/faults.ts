import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FOLDERS, testbed } from './engines';

type Engine = keyof typeof FOLDERS;

interface Fault {
  what: string;
  /** Commands that ran there may have to run again. */
  losesNode: boolean;
  cut: [script: string, ...words: string[]];
  mend: [script: string, ...words: string[]];
  /** Nodes are missed after some 20 s. */
  awaySeconds: number;
  shortlySeconds: number;
}

const LOOK_MS = 100;
/** How long the short form waits for a command that a node can take with it. */
const BUSY_MS = 120_000;

const FAULTS: Record<Engine, Fault[]> = {
  kubernetes: [
    {
      what: 'a Kubernetes node',
      losesNode: true,
      cut: ['kubernetes/node.sh', 'down', 'n2'],
      mend: ['kubernetes/node.sh', 'up', 'n2'],
      awaySeconds: 45,
      shortlySeconds: 25,
    },
    {
      what: 'the API server',
      losesNode: false,
      cut: ['kubernetes/apiserver.sh', 'down'],
      mend: ['kubernetes/apiserver.sh', 'up'],
      awaySeconds: 8,
      shortlySeconds: 1,
    },
  ],
  slurm: [
    {
      // Jobs go to the first node while it has room
      what: 'a Slurm node',
      losesNode: true,
      cut: ['slurm/node.sh', 'down', 'n1'],
      mend: ['slurm/node.sh', 'up', 'n1'],
      awaySeconds: 45,
      shortlySeconds: 25,
    },
    {
      what: 'slurmctld',
      losesNode: false,
      cut: ['slurm/daemon.sh', 'down', 'slurmctld'],
      mend: ['slurm/daemon.sh', 'up', 'slurmctld'],
      awaySeconds: 8,
      shortlySeconds: 1,
    },
  ],
  ceph: [
    {
      what: 'Ceph',
      losesNode: false,
      cut: ['ceph/freeze.sh'],
      mend: ['ceph/thaw.sh'],
      awaySeconds: 60,
      shortlySeconds: 15,
    },
  ],
};

/** What was away, and when. */
export interface Outage {
  engine: Engine;
  what: string;
  losesNode: boolean;
  from: number;
  to: number;
}

/** Lets each engine fail in its own ways, one after the other, at least once each and for as long as it is wanted. */
export async function letFail(options: {
  engines: readonly Engine[];
  shortly: boolean;
  isWanted(): boolean;
  /** Whether commands run in an engine now. */
  isBusy(engine: Engine): Promise<boolean>;
}): Promise<Outage[]> {
  const { shortly, isWanted, isBusy } = options;
  const outages: Outage[] = [];
  const gapSeconds = shortly ? 3 : 60;
  const failing = await Promise.allSettled(
    options.engines.map(async engine => {
      const faults = FAULTS[engine];
      for (let turn = 0; turn < faults.length || isWanted(); turn++) {
        const fault = faults[turn % faults.length];
        await pause(gapSeconds * 1000);
        const due = shortly ? Date.now() + BUSY_MS : Infinity;
        while (fault.losesNode && !(await isBusy(engine))) {
          if (Date.now() > due) {
            throw new Error(`No command has come to run in ${engine}`);
          }
          await pause(LOOK_MS);
        }
        const seconds = shortly ? fault.shortlySeconds : fault.awaySeconds;
        outages.push(await failOnce(engine, fault, seconds));
      }
    }),
  );
  // What is away has been made good again by now
  for (const result of failing) {
    if (result.status === 'rejected') {
      throw result.reason;
    }
  }
  return outages;
}

async function failOnce(
  engine: Engine,
  fault: Fault,
  seconds: number,
): Promise<Outage> {
  const folder = FOLDERS[engine];
  if (!folder) {
    throw new Error(`There is no testbed for ${engine}`);
  }
  const unlock = await lock(join(folder, 'fault.lock'));
  try {
    const { what, losesNode } = fault;
    const from = Date.now();
    await testbed(folder, ...fault.cut);
    try {
      await pause(seconds * 1000);
    } finally {
      await testbed(folder, ...fault.mend);
    }
    return { engine, what, losesNode, from, to: Date.now() };
  } finally {
    unlock();
  }
}

/** One at a time fails in a testbed, whoever uses it. */
async function lock(file: string): Promise<() => void> {
  const holder = spawn('flock', ['-o', file, 'sh', '-c', 'echo; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  return () => holder.stdin.end();
}
