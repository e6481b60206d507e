import { spawn, type ChildProcess } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { hasCode, readText } from '@model-ci/backstage-plugin-model-ci-node';
import {
  drawExitSecrets,
  EMPTY_RECORD,
  exitProofSchema,
  type ExitSecrets,
} from '../attempts/exitRecord';
import { makeFolder, makerOf, type Folder } from '../attempts/folder';
import type { StageUser } from '../config';
import { createControlGroup } from './controlGroup';
import { identify, identifySelf, isAlive, parseClaim } from './identity';
import { killTree, MARKER } from './killTree';
import { scriptCommand } from './scriptCommand';

export const identitySchema = z.object({
  pid: z.number().int().positive(),
  boot: z.string(),
  start: z.string(),
});

/** What is decided before the start. */
const planSchema = z.object({
  /** Absent for what an earlier version of this module started. */
  proof: exitProofSchema.optional(),
  controlGroup: z.string().optional(),
  /** The backend that prepares the start; absent for what an earlier version of this module started. */
  starter: identitySchema.optional(),
});

const noteSchema = z.object({
  supervisor: identitySchema,
  /** Milliseconds since 1970. */
  startedAt: z.number(),
});

export const startedSchema = planSchema
  .omit({ starter: true })
  .extend(noteSchema.shape);

export type Started = z.infer<typeof startedSchema>;

/**
 * Who supervises in this folder, if anybody was started there. The backend's own note is there as soon as a
 * start is reported; the supervisor's covers a backend that was killed before it could write one.
 */
export async function findStarted(
  folder: Folder,
): Promise<Started | undefined> {
  const note = await readText(folder.started);
  if (note?.endsWith('\n')) {
    const noted = noteSchema.parse(JSON.parse(note));
    return { ...(await planOf(folder)), ...noted };
  }
  const claim = await readText(folder.pid);
  const supervisor = claim === undefined ? undefined : parseClaim(claim);
  if (!supervisor) {
    return undefined;
  }
  const { mtimeMs } = await stat(folder.pid);
  return {
    ...(await planOf(folder)),
    supervisor,
    startedAt: Math.floor(mtimeMs),
  };
}

/**
 * What was planned for whoever was found to supervise. To be read after that was found: the plan is written before the
 * start, so that it is there now, where it may not have been a moment ago. Without it the end could not be proven.
 */
async function planOf(folder: Folder) {
  const { starter: _, ...plan } = (await readPlan(folder)) ?? {};
  return plan;
}

async function readPlan(
  folder: Folder,
): Promise<z.infer<typeof planSchema> | undefined> {
  const planned = await readText(folder.plan);
  return planned?.endsWith('\n')
    ? planSchema.parse(JSON.parse(planned))
    : undefined;
}

// A folder that does not name its maker is an earlier version's: that one is gone by then
const PLAN_MS = 60_000;

/** Whether nothing was started in a folder, and nobody who is still there is about to. */
export async function isAbandoned(
  folder: Folder,
  now: number,
): Promise<boolean> {
  if (await findStarted(folder)) {
    return false;
  }
  const starter = makerOf(folder) ?? (await readPlan(folder))?.starter;
  return starter
    ? !isAlive(starter)
    : now - (await stat(folder.root)).mtimeMs > PLAN_MS;
}

/** A folder that is this backend's to start something in. */
export interface Reservation {
  plan: Pick<Started, 'proof' | 'controlGroup'>;
  /** What the supervisor proves its end with. */
  secrets: ExitSecrets;
}

/** Makes the folder, with what is decided before the start in it; undefined where it is there already. */
export function reserve(folder: Folder, id: string): Reservation | undefined {
  const { secrets, proof } = drawExitSecrets();
  const controlGroup = createControlGroup(id);
  const plan = { proof, ...(controlGroup && { controlGroup }) };
  const isMade = makeFolder(folder, {
    plan: `${JSON.stringify({ ...plan, starter: identifySelf() })}\n`,
    status: EMPTY_RECORD,
    killed: EMPTY_RECORD,
  });
  return isMade ? { plan, secrets } : undefined;
}

export interface SupervisorOptions {
  folder: Folder;
  /** Of this folder. */
  reservation: Reservation;
  /** Fills the workspace; meanwhile the supervisor gets ready. */
  prepare(): Promise<void>;
  id: string;
  supervisor: string;
  /** Limits; their meaning is the supervisor's. */
  limits: number[];
  script: string;
  shell?: 'sh' | 'bash';
  env: Record<string, string>;
  /** Who runs the script; the backend's own user by default. */
  user?: StageUser;
}

/** Starts a detached supervisor. Of the backend's environment it sees the search path, nothing else. */
export async function startSupervisor(
  options: SupervisorOptions,
): Promise<Started & { child: ChildProcess }> {
  const { folder, id } = options;
  const { plan, secrets } = options.reservation;
  try {
    const child = await spawnSupervisor(options);
    // At once: the child stays in the process table until the event loop has fetched its end
    const supervisor =
      child.pid === undefined ? undefined : identify(child.pid);
    await options.prepare();
    child.stdin?.end(`${secrets.succeeded} ${secrets.failed}\n`);
    if (!supervisor) {
      throw new Error(
        `The supervisor of '${id}' ended before it began: is the disk of ${folder.root} full or read-only?`,
      );
    }
    const note = { supervisor, startedAt: Date.now() };
    await writeFile(folder.started, `${JSON.stringify(note)}\n`);
    return { ...plan, ...note, child };
  } catch (error) {
    const { controlGroup } = plan;
    await killTree({ id, folder: folder.root, controlGroup });
    throw error;
  }
}

async function spawnSupervisor(
  options: SupervisorOptions,
): Promise<ChildProcess> {
  const { folder, id, supervisor, limits, env } = options;
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      supervisor,
      'model-ci',
      options.reservation.plan.controlGroup ?? '',
      ...limits.map(limit => String(Math.ceil(limit))),
      ...scriptCommand(options),
    ],
    {
      cwd: folder.root,
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: {
        PATH: `${folder.home}/.local/bin:${searchPath()}`,
        LANG: 'C.UTF-8',
        HOME: folder.home,
        TMPDIR: folder.tmp,
        ...env,
        [MARKER]: id,
      },
    },
  );
  child.stdin?.on('error', () => {}); // it ended without reading
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', error => reject(explain(error)));
  });
  child.unref();
  return child;
}

/** The backend's search path without what a package runner put in front of it. */
function searchPath(): string {
  const entries = (process.env.PATH ?? '').split(':');
  const own = entries.filter(
    entry => entry.startsWith('/') && !/\/node_modules\/|\/xfs-/.test(entry),
  );
  return own.join(':') || '/usr/local/bin:/usr/bin:/bin';
}

function explain(error: Error): Error {
  return hasCode(error, 'E2BIG')
    ? new InputError(
        'The script and its environment are too long for a command line: move the script to a file of the repository',
        error,
      )
    : new Error(`The process could not be started: ${error.message}`, {
        cause: error,
      });
}
