import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { AttemptLog, LogDropped } from '../logs/AttemptLog';
import { demultiplex } from '../logs/demultiplex';
import type { DockerEngine } from '../engines/DockerEngine';
import { markerOf } from '../containers/scripts';
import { BuildSteps } from './BuildSteps';

/** Bytes that end the relay; what is built may print them as well. */
// eslint-disable-next-line no-control-regex
const ENDING = /[\x00\x01]/g;

/** How far the log of a build got before. */
export interface Progress {
  /** Whether anybody has written to it. */
  begun: boolean;
  /** The last step that it shows. */
  step: number;
}

/** What a build writes to goes through a container that the engine keeps the log of. */
export class Relay {
  private constructor(
    private readonly stream: Duplex,
    private readonly marker: string,
  ) {}

  static async attach(
    engine: DockerEngine,
    containerId: string,
    attemptId: string,
    signal: AbortSignal,
  ): Promise<Relay> {
    const stream = await engine.call(docker =>
      docker.getContainer(containerId).attach({
        stream: true,
        stdin: true,
        hijack: true,
        abortSignal: signal,
      }),
    );
    // An error of the connection shows at the next write
    stream.on('error', () => {});
    return new Relay(toDuplex(stream), markerOf(attemptId));
  }

  async begin(): Promise<void> {
    await this.send(`${this.marker}\n`);
  }

  async write(text: string): Promise<void> {
    await this.send(text.replace(ENDING, '\uFFFD'));
  }

  async end(exitCode: 0 | 1): Promise<void> {
    await this.send(
      `${this.marker} exited ${exitCode}\n${String.fromCharCode(exitCode)}`,
    );
  }

  close(): void {
    this.stream.destroy();
  }

  private async send(text: string): Promise<void> {
    const { stream } = this;
    if (stream.destroyed || stream.writableEnded) {
      throw new Error('The connection to the log of the build is closed');
    }
    if (!stream.write(text)) {
      const closed = once(stream, 'close').then(() => {
        throw new Error('The connection to the log of the build broke');
      });
      closed.catch(() => {});
      await Promise.race([once(stream, 'drain'), closed]);
    }
  }
}

function toDuplex(stream: NodeJS.ReadWriteStream): Duplex {
  if (stream instanceof Duplex) {
    return stream;
  }
  throw new TypeError('The engine answered no stream that can be written to');
}

/** Reads what a log shows of a build that somebody else began. */
export async function readProgress(
  engine: DockerEngine,
  containerId: string,
  attemptId: string,
): Promise<Progress> {
  const log = new AttemptLog(markerOf(attemptId));
  const steps = new BuildSteps();
  let begun = false;
  let line = '';
  const answer = await engine.call(docker =>
    docker.getContainer(containerId).logs({ stdout: true, follow: false }),
  );
  try {
    for await (const payload of demultiplex(asChunks(answer))) {
      begun = true;
      const lines = (line + log.push(payload).toString('latin1')).split('\n');
      // Of a line that never ends its start is enough
      line = (lines.pop() ?? '').slice(0, 1000);
      lines.forEach(text => steps.take(text));
    }
  } catch (error) {
    if (!(error instanceof LogDropped)) {
      throw error;
    }
  }
  steps.take(line + log.flush().toString('latin1'));
  return { begun, step: steps.current };
}

/** The client gives what is not followed as one buffer. */
async function* asChunks(
  answer: Buffer | NodeJS.ReadableStream,
): AsyncGenerator<Buffer | string> {
  if (Buffer.isBuffer(answer)) {
    yield answer;
  } else {
    yield* answer;
  }
}
