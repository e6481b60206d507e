import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { NotFoundError } from '@backstage/errors';
import {
  addEntry,
  archiveOf,
  ENTRY_TIME,
  type EntryHeader,
  type Executor,
  type Handle,
} from '@model-ci/backstage-plugin-model-ci-node';

/** A file that was delivered and not written since. */
export interface Given {
  given: string;
}

/** What lies in the workspace of an attempt: text of a file, or any entry of an archive. */
export type WorkspaceContent = Record<
  string,
  string | Buffer | Given | Omit<EntryHeader, 'name'>
>;

/** Answers `collect` from memory, as an executor does after an attempt. It is no executor: it runs nothing. */
export class MemoryWorkspace implements Pick<Executor, 'collect'> {
  readonly collected: string[] = [];

  constructor(
    private readonly workspace: WorkspaceContent,
    private readonly answer: (
      path: string,
    ) => Error | Readable | undefined = () => undefined,
  ) {}

  async collect(_handle: Handle, path: string): Promise<Readable> {
    this.collected.push(path);
    const special = this.answer(path);
    if (special instanceof Readable) return special;
    if (special) throw special;
    const names = Object.keys(this.workspace).filter(
      name =>
        path === '.' ||
        name === path ||
        posix.dirname(`${name}/x`).startsWith(`${path}/`),
    );
    if (names.length === 0) throw new NotFoundError(`nothing at '${path}'`);
    return Readable.from(
      [await archive(names.map(name => [name, this.workspace[name]]))],
      { objectMode: false },
    );
  }
}

/** A tar archive of some entries, with times and owners that differ from call to call. */
export async function archive(
  entries: Array<[name: string, content: WorkspaceContent[string]]>,
): Promise<Buffer> {
  return buffer(
    archiveOf(async output => {
      let made = 0;
      for (const [name, content] of entries) {
        made += 1;
        const header = {
          uid: 1000 + made,
          uname: 'ci',
          mtime: new Date(Date.now() + made * 1000),
          mode: 0o664,
          name,
        };
        if (typeof content === 'string' || Buffer.isBuffer(content)) {
          const bytes = Buffer.from(content);
          await addEntry(
            output,
            { ...header, size: bytes.length },
            Readable.from([bytes]),
          );
        } else if ('given' in content) {
          const bytes = Buffer.from(content.given);
          await addEntry(
            output,
            { ...header, size: bytes.length, mtime: ENTRY_TIME },
            Readable.from([bytes]),
          );
        } else {
          await addEntry(output, { ...header, ...content });
        }
      }
    }),
  );
}
