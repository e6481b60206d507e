import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BackendMessage, BackendOptions } from './load';
import type { Machine } from './Machine';

/** A backend in a process of its own. */
export class Victim {
  private readonly process: ChildProcess;
  private readonly exited: Promise<unknown>;
  readonly up: Promise<void>;
  private port = 0;

  constructor(
    options: BackendOptions,
    private readonly machine: Machine,
    acknowledged: string[] = [],
  ) {
    this.process = fork(
      join(__dirname, 'backend.ts'),
      [JSON.stringify(options)],
      {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        // Half of the time until one is up would go into compiling the same again
        env: {
          ...process.env,
          NODE_COMPILE_CACHE: join(options.folder, 'compiled'),
        },
      },
    );
    this.exited = once(this.process, 'exit');
    this.up = new Promise((resolve, reject) => {
      this.exited.then(() => reject(new Error('A backend ended by itself')));
      this.process.on('message', (message: BackendMessage) => {
        if (message.type === 'started') {
          acknowledged.push(message.runId);
        } else if (message.type === 'up') {
          this.port = message.port;
          machine.backends.add(message.port);
          resolve();
        }
      });
    });
    this.up.catch(() => {}); // nobody waits for one that is killed before
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null) {
      throw new Error('A backend ended by itself');
    }
    this.process.kill('SIGKILL');
    await this.exited;
    this.machine.backends.delete(this.port);
  }

  /** Resolves once it has nothing left to do; kills it if it has not come to that in time. */
  async drain(patienceMs: number): Promise<void> {
    this.process.send('drain');
    const killed = setTimeout(() => this.process.kill('SIGKILL'), patienceMs);
    await this.exited;
    clearTimeout(killed);
  }
}
