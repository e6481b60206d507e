import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SIDECAR_SCRIPT } from '../pods/scripts';

/**
 * Runs the scripts of the sidecar as they are, in a folder in place of a container, against a server that tests command.
 * The stage beside it is a few commands: what the real one does to all processes is for containers only.
 */
export class SidecarSandbox {
  private readonly children = new Set<ChildProcess>();

  private constructor(
    readonly root: string,
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async open(onRequest: RequestListener): Promise<SidecarSandbox> {
    const root = await mkdtemp(join(tmpdir(), 'model-ci-sidecar-'));
    for (const folder of ['workspace', 'control', 'record']) {
      await mkdir(join(root, folder));
    }
    const server = createServer(onRequest);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return new SidecarSandbox(root, `http://127.0.0.1:${port}`, server);
  }

  /** A script with the folders of the sandbox. */
  inside(script: string): string {
    return script
      .replaceAll('/model-ci/', `${this.root}/`)
      .replace(/\/workspace\b/g, `${this.root}/workspace`);
  }

  /** Starts the sidecar; `lists` are what it fetches and uploads. */
  start(lists: { fetch?: string; upload?: string }, maxLogBytes = 1000): void {
    const script = this.inside(SIDECAR_SCRIPT);
    void this.spawn(['sh', '-c', script, 'model-ci', String(maxLogBytes)], {
      FETCH: lists.fetch ?? '',
      UPLOAD: lists.upload ?? '',
    });
  }

  /** Runs commands as the stage once it is let go; resolves with the word that it was given. */
  async stage(commands: string): Promise<string> {
    return await this.run(`
      cd ${this.root}
      until [ -p control/go ] && [ -p control/log ]; do sleep 0.05; done
      exec 3> control/log
      read -r word < control/go
      echo "$word"
      cd workspace
      { ${commands}; } >&3 2>&1`);
  }

  /** What one of the sidecar's scripts writes. */
  async run(script: string, ...args: string[]): Promise<string> {
    return await this.spawn([
      ...['sh', '-c', this.inside(script), 'model-ci', ...args],
    ]);
  }

  async close(): Promise<void> {
    // Each has its own group, with all that it started
    this.children.forEach(({ pid }) => {
      if (pid !== undefined) {
        process.kill(-pid, 'SIGKILL');
      }
    });
    this.server.closeAllConnections();
    this.server.close();
    await rm(this.root, { recursive: true });
  }

  private async spawn(
    [command, ...args]: string[],
    env: Record<string, string> = {},
  ): Promise<string> {
    const child = spawn(command, args, {
      detached: true,
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.children.add(child);
    child.on('exit', () => this.children.delete(child));
    return await text(child.stdout);
  }
}
