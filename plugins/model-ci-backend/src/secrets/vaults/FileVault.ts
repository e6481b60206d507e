import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_SECRET_BYTES } from '@model-ci/backstage-plugin-model-ci-common';
import { fillPath, type Vault, type VaultSubject } from './Vault';

/** A folder with one file for each secret, as Kubernetes mounts them. */
export class FileVault implements Vault {
  constructor(readonly name: string, private readonly template: string) {}

  placeOf(subject: VaultSubject): string {
    return fillPath(this.template, subject);
  }

  async read(
    subject: VaultSubject,
    names: string[],
  ): Promise<Map<string, string>> {
    const folder = this.placeOf(subject);
    const found = new Map<string, string>();
    for (const name of names) {
      const text = await readSmall(join(folder, name));
      if (text !== undefined) {
        found.set(name, text);
      }
    }
    return found;
  }
}

/** Undefined where there is no such file. One byte more than allowed is read, so that what is too long shows. */
async function readSmall(path: string): Promise<string | undefined> {
  let file;
  try {
    file = await open(path);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
  try {
    const bytes = Buffer.alloc(MAX_SECRET_BYTES + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < bytes.length; size += read) {
      ({ bytesRead: read } = await file.read(
        bytes,
        size,
        bytes.length - size,
        size,
      ));
    }
    return bytes.toString('utf8', 0, size);
  } finally {
    await file.close();
  }
}

function isMissing(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}
