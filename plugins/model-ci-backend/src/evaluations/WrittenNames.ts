import {
  hasEntryTime,
  type ArchiveEntry,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { WrittenFiles } from '../database/operations/transfers/types';

/**
 * Characters of names that are kept of a kind. Not configurable: enough for whatever the reports of a stage are among,
 * and little enough for one row of the database.
 */
const MAX_NAMES_LENGTH = 512 * 1024;

class Names {
  length = 0;
  /** Undefined once it became too long. */
  list: string[] | undefined = [];

  add(name: string): void {
    this.length += name.length;
    if (this.length > MAX_NAMES_LENGTH) {
      this.list = undefined;
    } else {
      this.list?.push(name);
    }
  }
}

/** Separates what an attempt has written from what it was given, by the times in an archive. */
export class WrittenNames {
  /** Whether anything was written, a folder included. */
  any = false;
  readonly #written = new Names();
  readonly #given = new Names();

  note(name: string, { type, mtime }: ArchiveEntry['header']): void {
    const isGiven = hasEntryTime(mtime);
    this.any ||= !isGiven;
    if (type !== 'directory') {
      (isGiven ? this.#given : this.#written).add(name);
    }
  }

  /** The shorter of the two lists, if one is short enough. */
  files(): WrittenFiles {
    if (!this.any) {
      return { type: 'none' };
    }
    if (this.#given.length === 0) {
      return { type: 'all' };
    }
    const isShorter = this.#written.length <= this.#given.length;
    const [listed, shorter] = isShorter
      ? (['written', this.#written] as const)
      : (['given', this.#given] as const);
    return shorter.list
      ? { type: 'some', listed, names: shorter.list }
      : { type: 'some', names: [] };
  }
}

/** Finds the files of an upload that are as they were given, as far as is known: their content then decides. */
export function givenIn(written: WrittenFiles): (name: string) => boolean {
  switch (written.type) {
    case 'all':
      return () => false;
    case 'none':
      return () => true;
    case 'some': {
      const { listed } = written;
      const names = new Set(written.names);
      return name =>
        listed === undefined || names.has(name) === (listed === 'given');
    }
    default:
      return written satisfies never;
  }
}
