import { hasCode } from '@model-ci/backstage-plugin-model-ci-node';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@backstage/errors';
import { z } from 'zod';

const identitySchema = z.object({
  /** Of the folder: another one, with other attempts, has another id. */
  id: z.string(),
  /** Of the machine that made it; absent where it has none, as in most containers. */
  machine: z.string().optional(),
  /** For people. */
  hostname: z.string(),
});

export type DirectoryIdentity = z.infer<typeof identitySchema>;

/**
 * What distinguishes this folder and machine from all others. Process ids mean nothing elsewhere, so attempts belong to it. Made
 * at the first start; rejects where the folder is another machine's.
 */
export async function readDirectoryIdentity(
  directory: string,
): Promise<DirectoryIdentity> {
  const path = join(directory, 'identity.json');
  const machine = machineId();
  const identity =
    (await readIdentity(path)) ??
    (await createIdentity(directory, path, {
      id: randomUUID(),
      ...(machine && { machine }),
      hostname: hostname(),
    }));
  if (machine && identity.machine && machine !== identity.machine) {
    throw new InputError(foreignDirectory(directory, identity.hostname));
  }
  return identity;
}

/** The same, read once; read again after a failure. */
export function directoryIdentityOf(
  directory: string,
): () => Promise<DirectoryIdentity> {
  let known: Promise<DirectoryIdentity> | undefined;
  return () => {
    if (!known) {
      known = readDirectoryIdentity(directory);
      known.catch(() => {
        known = undefined;
      });
    }
    return known;
  };
}

async function readIdentity(
  path: string,
): Promise<DirectoryIdentity | undefined> {
  try {
    return identitySchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return undefined;
    }
    throw error;
  }
}

/** Whole or not at all; of two backends that start at once one wins. */
async function createIdentity(
  directory: string,
  path: string,
  identity: DirectoryIdentity,
): Promise<DirectoryIdentity> {
  await mkdir(directory, { recursive: true });
  const draft = `${path}.${identity.id}`;
  await writeFile(draft, `${JSON.stringify(identity)}\n`, { mode: 0o600 });
  try {
    await link(draft, path);
    return identity;
  } catch (error) {
    const winner = hasCode(error, 'EEXIST')
      ? await readIdentity(path)
      : undefined;
    if (!winner) {
      throw error;
    }
    return winner;
  } finally {
    await rm(draft, { force: true });
  }
}

function machineId(): string | undefined {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function foreignDirectory(directory: string, owner: string): string {
  return `The folder ${directory} belongs to the machine '${owner}'. Give this machine a folder of its own under modelCi.executors.process.directory, or, if it replaces that machine and nothing runs there any more, remove ${directory}/identity.json`;
}
