import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { describeError } from '../describeError';
import { readMessage, writeMessage, type ReplicaMessage } from './message';
import { openListening, type Listening } from './openListening';

/** Portals that share a database hear each other, and do not know the attempts. */
const CHANNEL = 'model_ci';
/** How often the connection is tried, and the database with it. */
const CHECK_INTERVAL_MS = 2_000;
/** Not configurable: a database that takes longer for `select 1` cannot be worked with. */
const ANSWER_LIMIT_MS = 5_000;
/** PostgreSQL takes 8000 bytes in a notification. */
const MAX_IDS = 150;

export interface ReplicaChannelOptions {
  db: Knex;
  logger: LoggerService;
  answerLimitMs?: number;
}

/**
 * What replicas on one PostgreSQL say to each other through its notifications: one connection of each backend listens,
 * and is opened again where it ends. The same connection shows whether the database answers at all.
 */
export class ReplicaChannel {
  private readonly self = randomUUID();
  private readonly listeners = new Set<(message: ReplicaMessage) => void>();
  private readonly awayListeners = new Set<() => void>();
  private readonly stopping = new AbortController();
  private listening?: Listening;
  private running?: Promise<void>;
  private interrupt?: () => void;
  private readonly grown = new Set<string>();
  private announcing?: Promise<void>;
  private awaySince?: number;

  constructor(private readonly options: ReplicaChannelOptions) {}

  /** Whether the database has not answered when it was asked last. */
  get isDatabaseAway(): boolean {
    return this.awaySince !== undefined;
  }

  /** The listener is called each time when the database begins not to answer. */
  onAway(listener: () => void): void {
    this.awayListeners.add(listener);
  }

  subscribe(listener: (message: ReplicaMessage) => void): void {
    this.listeners.add(listener);
  }

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.interrupt?.();
    await this.running;
    this.close();
  }

  /** A single step: listens, unless it does already, and sees whether the database answers. */
  async checkOnce(): Promise<void> {
    const { db, logger, answerLimitMs = ANSWER_LIMIT_MS } = this.options;
    try {
      this.listening ??= await openListening(db, {
        channel: CHANNEL,
        answerLimitMs,
        onNotification: payload => this.hear(payload),
        onEnd: () => {
          this.listening = undefined;
          this.interrupt?.();
        },
      });
      await this.listening?.check();
      if (this.awaySince !== undefined) {
        const seconds = Math.round((Date.now() - this.awaySince) / 1000);
        logger.info(`The database answers again, after ${seconds} s`);
        this.awaySince = undefined;
      }
    } catch (error) {
      this.close();
      if (this.awaySince === undefined) {
        this.awaySince = Date.now();
        logger.error(
          `The database does not answer; what runs goes on, and everything is stored once it does: ${describeError(
            error,
          )}`,
        );
        this.awayListeners.forEach(listener => listener());
      }
    }
  }

  /** Lets the others know that the log of an attempt has grown or ended; many at once cost one notification. */
  announceLog(attemptId: string): void {
    this.grown.add(attemptId);
    this.announcing ??= this.announceGrown().finally(() => {
      this.announcing = undefined;
    });
  }

  /** Rejects where it could not be sent. */
  async send(message: ReplicaMessage): Promise<void> {
    await this.options.db.raw('select pg_notify(?, ?)', [
      CHANNEL,
      writeMessage(this.self, message),
    ]);
  }

  private async announceGrown(): Promise<void> {
    await nextTurn();
    while (this.grown.size > 0) {
      const attemptIds = [...this.grown].slice(0, MAX_IDS);
      attemptIds.forEach(id => this.grown.delete(id));
      if (!this.isDatabaseAway) {
        // What is not heard is found by the next look.
        await this.send({ type: 'logs', attemptIds }).catch(() => {});
      }
    }
  }

  private hear(payload: string): void {
    const message = readMessage(payload, this.self);
    if (message) {
      this.listeners.forEach(listener => listener(message));
    }
  }

  private close(): void {
    this.listening?.close();
    this.listening = undefined;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.checkOnce();
      await this.pause();
    }
  }

  private async pause(): Promise<void> {
    if (this.stopping.signal.aborted) {
      return;
    }
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, CHECK_INTERVAL_MS);
      this.interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.interrupt = undefined;
  }
}
