import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandRunner } from './Runner';
import { Slurm } from './Slurm';

const SECRET = `eyJ'"$(id)`;
let folder: string;
let commands: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-ci-slurm-'));
  commands = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function fake(name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, {
    mode: 0o755,
  });
}

function create(pause?: () => Promise<void>): Slurm {
  const runner = new CommandRunner(
    words => {
      commands.push(words.join(' '));
      return words;
    },
    { PATH: `${folder}:${process.env.PATH}`, HOME: folder },
  );
  return new Slurm(runner, { SLURM_JWT: SECRET }, pause);
}

it('gives commands their variables where nobody else sees them', async () => {
  await fake('sinfo', 'printf %s "$SLURM_JWT"');
  await expect(create().partitions('x')).resolves.toBe(SECRET);
  expect(commands.join()).not.toContain('eyJ');
  for (const code of [1, 255]) {
    await fake('sinfo', `exit ${code}`);
    const failed = create().partitions('x');
    await expect(failed).rejects.toThrow(/^sinfo --noheader -o x failed/);
    await expect(failed).rejects.not.toThrow('eyJ');
  }
});

it('submits what another backend has left half submitted, in one call', async () => {
  await writeFile(join(folder, 'plan'), 'the plan');
  await mkdir(join(folder, 'submitting'));
  await fake('squeue', '');
  await fake('sacct', '');
  await fake('sbatch', 'echo 7');
  let pauses = 0;
  const slurm = create(async () => {
    pauses++;
    const old = new Date(Date.now() - 300_000);
    await utimes(join(folder, 'submitting'), old, old).catch(() => {});
  });
  const plan = slurm.submit({ attemptId: 'a', folder }, []);
  await expect(plan).resolves.toBe('the plan');
  expect(pauses).toBe(2);
});
