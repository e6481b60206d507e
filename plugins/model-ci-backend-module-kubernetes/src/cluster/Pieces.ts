import WebSocket from 'ws';
import { z } from 'zod';

// Channels of the protocol v4.channel.k8s.io
const STDOUT = 1;
const STATUS = 3;
/** Bytes that wait for whoever reads before the connection is held up. */
const HIGH_WATER = 1024 * 1024;
/** A connection on which nothing comes for longer is dead: what runs there shows every few seconds that it is alive. */
const SILENCE_MS = 45_000;

const statusSchema = z.object({
  status: z.string(),
  message: z.string().default(''),
  details: z
    .object({
      causes: z
        .array(z.object({ reason: z.string().optional(), message: z.string() }))
        .default([]),
    })
    .optional(),
});

/** How long the end of a connection is waited for after that of its command. */
const CLOSE_MS = 1_000;

export type Piece = { data: Buffer } | { end: number } | { failure: Error };

/** What has come over a connection and was not read yet. */
export class Pieces {
  private readonly waiting: Piece[] = [];
  private bytes = 0;
  private wake: () => void = () => {};
  private silence: NodeJS.Timeout;

  constructor(private readonly socket: WebSocket) {
    this.silence = setTimeout(
      () => this.add({ failure: new Error('The connection went silent') }),
      SILENCE_MS,
    );
    socket.on('message', message => this.receive(toBuffer(message)));
    socket.on('error', error => this.add({ failure: error }));
    socket.on('close', () =>
      this.add({ failure: new Error('The connection was closed') }),
    );
  }

  add(piece: Piece): void {
    this.waiting.push(piece);
    this.bytes += 'data' in piece ? piece.data.length : 0;
    if (this.bytes > HIGH_WATER) {
      this.socket.pause();
    }
    this.wake();
  }

  async next(): Promise<Piece> {
    while (this.waiting.length === 0) {
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
    }
    const [piece] = this.waiting.splice(0, 1);
    this.bytes -= 'data' in piece ? piece.data.length : 0;
    if (this.socket.isPaused && this.bytes <= HIGH_WATER) {
      this.silence.refresh();
      this.socket.resume();
    }
    return piece;
  }

  /** Nothing more is waited for long. */
  expectClose(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(
      () => this.add({ failure: new Error('The connection was not closed') }),
      CLOSE_MS,
    );
  }

  stop(): void {
    clearTimeout(this.silence);
  }

  private receive(message: Buffer): void {
    this.silence.refresh();
    const data = message.subarray(1);
    if (message[0] === STDOUT && data.length > 0) {
      this.add({ data });
    } else if (message[0] === STATUS) {
      this.add(endOf(data));
    }
  }
}

function endOf(data: Buffer): Piece {
  try {
    const status = statusSchema.parse(JSON.parse(data.toString()));
    const code = status.details?.causes.find(
      ({ reason }) => reason === 'ExitCode',
    );
    if (status.status === 'Success') {
      return { end: 0 };
    }
    return code
      ? { end: Number(code.message) }
      : { failure: new Error(`The command did not run: ${status.message}`) };
  } catch (error) {
    return {
      failure: new Error('The end of a command is not understood', {
        cause: error,
      }),
    };
  }
}

function toBuffer(message: WebSocket.RawData): Buffer {
  return Array.isArray(message)
    ? Buffer.concat(message)
    : Buffer.from(message as Buffer);
}
