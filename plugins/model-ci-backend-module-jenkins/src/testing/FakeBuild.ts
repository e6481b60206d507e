import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ATTEMPT, LABEL, PLAN } from '../client/schemas';
import { RUN_PLAN } from '../job/jobConfig';
import { signalMarked } from './signalMarked';

export interface FakeAgent {
  name: string;
  labels: string[];
  executors: number;
  busy: number;
  folder: string;
  /** Why it is offline. */
  offline?: string;
}

/** What a build needs of its controller. */
export interface BuildHost {
  readonly id: string;
  readonly builds: ReadonlyMap<number, FakeBuild>;
  awaitAgent(
    build: FakeBuild,
    label: string,
    signal: AbortSignal,
  ): Promise<FakeAgent | undefined>;
  release(agent: FakeAgent): void;
}

/** Shown by Jenkins' own pages only; the remote API leaves it out, and its bytes count all the same. */
const NOTE = `\u001b[8mha:////4${'A'.repeat(120)}=\u001b[0m`;

class Interrupted extends Error {}

/**
 * One build of the module's pipeline, with the steps that the script has: workflow-job and workflow-cps run them on the
 * controller, workflow-durable-task-step runs `sh` on an agent. The shell is real.
 */
export class FakeBuild {
  building = true;
  /** Jenkins sets the result before the log is complete. */
  isLogComplete = false;
  result: string | null = null;
  description: string | null = null;
  displayName: string;
  private pieces: Buffer[] = [];
  /** How often its script was started, which may only be once. */
  starts = 0;
  private child?: ChildProcess;
  private interruption?: string;
  private readonly interrupted = new AbortController();
  private readonly cookie: string;

  constructor(
    private readonly jenkins: BuildHost,
    readonly number: number,
    readonly parameters: Readonly<Record<string, string>>,
  ) {
    this.displayName = `#${number}`;
    this.cookie = `${jenkins.id}-${number}`;
  }

  get log(): Buffer {
    this.pieces = [Buffer.concat(this.pieces)];
    return this.pieces[0];
  }

  get attemptId(): string {
    return this.parameters[ATTEMPT];
  }

  async run(): Promise<void> {
    this.write(`${NOTE}Started by user model-ci\n`);
    this.step('Start of Pipeline');
    let result = 'SUCCESS';
    try {
      this.displayName = this.attemptId;
      await this.yieldToOlder();
      this.step('node');
      await this.onAgent();
    } catch (error) {
      result = error instanceof Interrupted ? 'ABORTED' : 'FAILURE';
      this.write(error instanceof Error ? `${error.message}\n` : '');
    }
    this.finish(result);
  }

  /** What `stop`, `term` and `kill` of a run do. */
  async interrupt(how: 'stop' | 'term' | 'kill', by: string): Promise<void> {
    if (!this.building) {
      return;
    }
    this.interruption ??= by;
    this.write(`${NOTE}${by}\n`);
    this.interrupted.abort();
    if (how === 'kill') {
      this.write('Hard kill!\n');
      this.finish('ABORTED');
    }
    if (this.child) {
      this.write('Sending interrupt signal to process\n');
      await signalMarked(`JENKINS_SERVER_COOKIE=${this.cookie}`, 'SIGTERM');
    }
  }

  write(text: string | Buffer): void {
    this.pieces.push(Buffer.from(text));
  }

  async killProcesses(): Promise<void> {
    const cookie = `JENKINS_NODE_COOKIE=${this.cookie}`;
    for (let clean = 0; clean < 2; ) {
      clean = (await signalMarked(cookie, 'SIGKILL')) === 0 ? clean + 1 : 0;
    }
  }

  private finish(result: string): void {
    if (!this.building) {
      return;
    }
    this.step('End of Pipeline');
    this.result = result;
    this.building = false;
    setTimeout(() => {
      this.write(`Finished: ${result}\n`);
      this.isLogComplete = true;
    }, 5);
  }

  private step(name: string): void {
    this.write(`${NOTE}[Pipeline] ${name}\n`);
  }

  /** The loop at the beginning of the pipeline script. */
  private async yieldToOlder(): Promise<void> {
    const older = [...this.jenkins.builds.values()]
      .filter(({ number }) => number < this.number)
      .sort((a, b) => b.number - a.number);
    for (const build of older) {
      while (build.displayName === `#${build.number}` && build.building) {
        await delay(5);
      }
      if (build.displayName.split(' on ')[0] === this.attemptId) {
        throw new Error(`ERROR: Build ${build.number} runs this attempt`);
      }
    }
  }

  private async onAgent(): Promise<void> {
    const agent = await this.jenkins.awaitAgent(
      this,
      this.parameters[LABEL],
      this.interrupted.signal,
    );
    if (!agent) {
      throw new Interrupted();
    }
    this.write(
      `${NOTE}Running on ${agent.name} in ${agent.folder}/workspace\n`,
    );
    const folder = join(agent.folder, 'workspace', 'model-ci', this.attemptId);
    try {
      this.displayName = `${this.attemptId} on ${agent.name}`;
      await this.runPlan(agent, folder);
    } finally {
      // The end of a node block asks what it left to end
      await signalMarked(`JENKINS_NODE_COOKIE=${this.cookie}`, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
      this.jenkins.release(agent);
    }
  }

  private async runPlan(agent: FakeAgent, folder: string): Promise<void> {
    const cwd = join(folder, 'run');
    const control = join(folder, 'run@tmp', 'durable-1');
    await mkdir(cwd, { recursive: true });
    await mkdir(control, { recursive: true });
    await writeFile(join(cwd, '.model-ci-plan'), this.parameters[PLAN]);
    await writeFile(join(control, 'script.sh'), RUN_PLAN);
    if (this.interrupted.signal.aborted) {
      throw new Interrupted();
    }
    this.step('sh');
    this.starts++;
    const { [PLAN]: _plan, ...parameters } = this.parameters;
    const child = spawn('sh', ['-xe', join(control, 'script.sh')], {
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: agent.folder,
        BUILD_NUMBER: String(this.number),
        NODE_NAME: agent.name,
        JENKINS_NODE_COOKIE: this.cookie,
        JENKINS_SERVER_COOKIE: this.cookie,
        ...parameters,
      },
    });
    this.child = child;
    child.stdout.on('data', (data: Buffer) => this.write(data));
    child.stderr.on('data', (data: Buffer) => this.write(data));
    const [code, signal] = await once(child, 'close');
    if (this.interruption !== undefined) {
      throw new Interrupted(`script returned exit code ${code ?? signal}`);
    }
    if (code !== 0) {
      throw new Error(`ERROR: script returned exit code ${code ?? signal}`);
    }
  }
}
