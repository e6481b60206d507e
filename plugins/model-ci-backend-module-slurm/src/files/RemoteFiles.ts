import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import {
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  deferred,
  workspaceArchive,
  workspacePath,
  type Deferred,
  type GrowingFile,
  type WorkspacePart,
} from '@model-ci/backstage-plugin-model-ci-node';
import { CommandError } from '../commands/CommandError';
import type { Answer, Runner, RunOptions } from '../commands/Runner';
import {
  closedError,
  DRAFT,
  folderGone,
  REMOVED,
  unreadable,
  type AttemptFiles,
  type FirstFiles,
  type Piece,
  type Records,
} from './AttemptFiles';
import * as scripts from './remoteScripts';
import { uploadArchive } from './uploadArchive';

/** A workspace may be large; nobody waits for it but its own attempt. */
const UPLOAD_MS = 24 * 3600_000;

/** Logs that are read by one command. */
const LOGS_AT_ONCE = 100;

interface LogRequest {
  id: string;
  offset: number;
  maxBytes: number;
  answer: Deferred<Piece | undefined>;
}

/** Folders that only commands of the cluster see. */
export class RemoteFiles implements AttemptFiles {
  private readonly parent: string;
  private requests: LogRequest[] = [];
  private reading = false;

  constructor(private readonly runner: Runner, directory: string) {
    this.parent = `${directory}/attempts`;
  }

  async exists(id: string): Promise<boolean> {
    const answer = await this.run(scripts.EXISTS, [id]);
    if (answer.code !== 0 && answer.code !== scripts.NOTHING_THERE) {
      throw new CommandError(
        [`Looking for the folder of attempt ${id}`],
        answer,
      );
    }
    return answer.code === 0;
  }

  async create(
    id: string,
    files: FirstFiles,
    parts: Pick<WorkspacePart, 'path' | 'open'>[],
  ): Promise<void> {
    const what = `Uploading attempt ${id}`;
    const answer = await this.run(
      scripts.CREATE,
      [id, `${DRAFT}${randomUUID()}`],
      {
        input: uploadArchive(files, parts),
        timeoutMs: UPLOAD_MS,
        isTransfer: true,
        what,
      },
    );
    if (answer.code === scripts.IS_CLOSED) {
      throw closedError(id);
    }
    if (answer.code !== 0) {
      throw new CommandError([what], answer);
    }
  }

  async readRecords(ids: string[]): Promise<Map<string, Records>> {
    const input = ids.map(id => `${id}\n`).join('');
    const { stdout } = await this.ask(
      { script: scripts.READ_RECORDS, what: 'Reading the records of attempts' },
      [],
      { input },
    );
    const lines = stdout.toString().split('\n').filter(Boolean);
    return new Map(lines.map(parseRecords));
  }

  async noteKill(id: string, note: string): Promise<void> {
    const what = `Noting the kill of attempt ${id}`;
    const input = `${note}\n`;
    await this.ask({ script: scripts.NOTE_KILL, what }, [id], { input });
  }

  /** Whoever asks at the same time is answered by the same command. */
  async readLog(
    id: string,
    offset: number,
    maxBytes: number,
  ): Promise<Piece | undefined> {
    const answer = deferred<Piece | undefined>();
    this.requests.push({ id, offset, maxBytes, answer });
    if (!this.reading) {
      void this.readRequested();
    }
    return await answer.promise;
  }

  async collect(id: string, path: string): Promise<Readable> {
    const { root, folder, plain } = await this.lookUp(id, path);
    const packed = this.runner.stream(
      [
        ...['sh', '-c', scripts.PACK, 'model-ci'],
        ...(plain ? [folder, posix.basename(plain)] : [root, '.']),
      ],
      answer =>
        unreadableFile(answer.stderr) ??
        new CommandError([`Packing '${path}' of attempt ${id}`], answer),
    );
    return workspaceArchive(packed, {
      to: plain ? posix.dirname(plain) : '',
      root,
    });
  }

  async *peek(
    id: string,
    path: string,
    signal: AbortSignal,
  ): AsyncGenerator<GrowingFile, void> {
    signal.throwIfAborted();
    const found = await this.lookUp(id, path).catch(() => undefined);
    if (!found) {
      return;
    }
    const { root, folder, plain } = found;
    const [from, name] = plain ? [folder, posix.basename(plain)] : [root, '.'];
    const { stdout } = await this.runner.run([
      ...['sh', '-c', scripts.LIST_FILES, 'model-ci', from, name],
    ]);
    for (const line of stdout.toString().split('\0').filter(Boolean)) {
      const [, size, below] = /^(\d+) (.*)$/s.exec(line) ?? [];
      signal.throwIfAborted();
      yield {
        path: posix.join(plain || '.', below),
        size: Number(size),
        read: offset =>
          this.runner.stream([
            ...['sh', '-c', scripts.READ_FILE, 'model-ci', from],
            ...[posix.join(name, below), String(offset)],
          ]),
      };
    }
  }

  async close(id: string): Promise<void> {
    const what = `Noting that attempt ${id} has ended`;
    await this.ask({ script: scripts.CLOSE, what }, [id]);
  }

  async remove(id: string): Promise<void> {
    const what = `Removing the folder of attempt ${id}`;
    await this.ask({ script: scripts.REMOVE, what }, [
      id,
      `${REMOVED}${randomUUID()}`,
    ]);
  }

  async sweep(): Promise<void> {
    const what = `Preparing folder ${this.parent}`;
    await this.ask({ script: scripts.SWEEP, what }, []);
  }

  private async lookUp(id: string, path: string) {
    const plain = workspacePath(path);
    const args = [
      id,
      posix.dirname(plain || '.'),
      posix.basename(plain) || '.',
    ];
    const answer = await this.run(scripts.LOOK_UP, args);
    switch (answer.code) {
      case 0: {
        const [root, folder] = answer.stdout.toString().split('\n');
        return { root, folder, plain };
      }
      case scripts.FOLDER_GONE:
        throw folderGone();
      case scripts.NOTHING_THERE:
        throw new NotFoundError(`There is no '${path}' in the workspace`);
      case scripts.LEAVES_WORKSPACE:
        throw new InputError(
          `'${path}' leaves the workspace through a link: store the files themselves`,
        );
      case scripts.UNREADABLE:
        throw unreadable(path);
      default:
        throw new CommandError(
          [`Looking for '${path}' of attempt ${id}`],
          answer,
        );
    }
  }

  private async readRequested(): Promise<void> {
    this.reading = true;
    // Others ask in the same turn
    await new Promise(resolve => setImmediate(resolve));
    while (this.requests.length > 0) {
      const batch = this.requests.splice(0, LOGS_AT_ONCE);
      try {
        const input = batch
          .map(({ id, offset, maxBytes }) => `${id} ${offset} ${maxBytes}\n`)
          .join('');
        const { stdout } = await this.ask(
          { script: scripts.READ_LOGS, what: 'Reading logs of attempts' },
          [],
          { input },
        );
        answerAll(batch, stdout);
      } catch (error) {
        batch.forEach(({ answer }) => answer.reject(error));
      }
    }
    this.reading = false;
  }

  private async ask(
    { script, what }: { script: string; what: string },
    args: string[],
    options?: RunOptions,
  ): Promise<Answer> {
    const answer = await this.run(script, args, { ...options, what });
    if (answer.code !== 0) {
      throw new CommandError([what], answer);
    }
    return answer;
  }

  private async run(
    script: string,
    args: string[],
    options?: RunOptions,
  ): Promise<Answer> {
    const words = ['sh', '-c', script, 'model-ci', this.parent, ...args];
    return await this.runner.run(words, options);
  }
}

function parseRecords(line: string): [string, Records] {
  const [id, size, exit, killed] = line.split('\t');
  if (size === scripts.GONE) {
    return [id, { type: 'gone' }];
  }
  const records: Records = {
    type: 'seen',
    ...(exit && { exit: `${exit}\n` }),
    ...(killed && { killed: `${killed}\n` }),
    logBytes: Number(size),
  };
  return [id, records];
}

function answerAll(batch: LogRequest[], bytes: Buffer): void {
  let at = 0;
  const line = () => {
    const start = at;
    const end = bytes.indexOf('\n', at);
    at = end < 0 ? bytes.length : end + 1;
    return bytes.toString('utf8', start, Math.max(start, end));
  };
  for (const { id, answer } of batch) {
    const [, size, length] = line().split(' ').map(Number);
    const data = bytes.subarray(at, at + length);
    at += length || 0;
    // Without it, what stands in for the bytes keeps the places of the others
    if (line() !== scripts.WHOLE) {
      answer.reject(
        new ServiceUnavailableError(
          `The log of attempt ${id} could not be read at present`,
        ),
      );
    } else {
      answer.resolve(size < 0 ? undefined : { data, size });
    }
  }
}

/** What tar says of a file that its owner has closed to itself. */
function unreadableFile(said: string): InputError | undefined {
  const [, name] =
    /^tar: (.*): Cannot \w+: Permission denied$/m.exec(said) ?? [];
  return name === undefined ? undefined : unreadable(name);
}
