import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Portal } from './portal';

const exec = promisify(execFile);

/** A clone of a repository of the portal's git host, as a developer works in it. */
export class Clone {
  private constructor(readonly directory: string) {}

  static async of(
    portal: Portal,
    repository: string,
    token: string,
  ): Promise<Clone> {
    const directory = path.join(portal.directory, `clone-${repository}`);
    const url = new URL(`${portal.url}/api/model-ci-git/${repository}.git`);
    url.username = 'guest';
    url.password = token;
    await exec('git', ['clone', '--quiet', url.href, directory], {
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
    });
    const clone = new Clone(directory);
    await clone.git('config', 'user.name', 'Guest');
    await clone.git('config', 'user.email', 'guest@example.com');
    return clone;
  }

  async git(...args: string[]): Promise<string> {
    const { stdout } = await exec('git', args, {
      cwd: this.directory,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
    });
    return stdout.trim();
  }

  async read(file: string): Promise<string> {
    return fs.readFile(path.join(this.directory, file), 'utf8');
  }

  async write(file: string, content: string): Promise<void> {
    await fs.mkdir(path.dirname(path.join(this.directory, file)), {
      recursive: true,
    });
    await fs.writeFile(path.join(this.directory, file), content);
  }

  /** Commits everything, pushes it, and answers the commit. */
  async push(message: string): Promise<string> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', message);
    await this.git('push', '--quiet', 'origin', 'HEAD');
    return this.git('rev-parse', 'HEAD');
  }
}
