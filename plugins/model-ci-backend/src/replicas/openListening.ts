import type { EventEmitter } from 'node:events';
import type { Knex } from 'knex';

/** A connection outside the pool, as the driver gives it. */
interface RawConnection extends EventEmitter {
  connect(): Promise<void>;
  query(query: { text: string; query_timeout: number }): Promise<unknown>;
  end(): Promise<void>;
}

/** What Knex's client for PostgreSQL makes its own connections of. */
interface RawConnections {
  driver: { Client: new (settings: object) => RawConnection };
  connectionSettings: { password?: unknown };
}

/** A connection of PostgreSQL on which notifications arrive. */
export interface Listening {
  /** Rejects where the server does not answer any more. */
  check(): Promise<void>;
  close(): void;
}

export interface ListeningOptions {
  channel: string;
  /** Milliseconds that the server may take for each answer. */
  answerLimitMs: number;
  onNotification(payload: string): void;
  /** Called when the connection is gone, unless it was closed here. */
  onEnd(): void;
}

/** Opens a connection and listens on it; a server that takes the connection and then is silent counts as none. */
export async function openListening(
  db: Knex,
  options: ListeningOptions,
): Promise<Listening> {
  const { driver, connectionSettings }: RawConnections = db.client;
  const { answerLimitMs } = options;
  // The driver itself ends a connection that is not there in time; the pool's way to open one would leave it behind
  const connection = new driver.Client({
    ...connectionSettings,
    // Knex hides it from copies
    password: connectionSettings.password,
    connectionTimeoutMillis: answerLimitMs,
  });
  // An error ends the connection, which is heard of; without a listener it would end the process.
  connection.on('error', () => {});
  await connection.connect();
  const listening = listenOn(connection, options);
  try {
    await connection.query({
      text: `listen ${options.channel}`,
      query_timeout: answerLimitMs,
    });
    return listening;
  } catch (error) {
    listening.close();
    throw error;
  }
}

function listenOn(
  connection: RawConnection,
  { answerLimitMs, onNotification, onEnd }: ListeningOptions,
): Listening {
  connection.on('notification', ({ payload }: { payload?: string }) =>
    onNotification(payload ?? ''),
  );
  connection.once('end', onEnd);
  return {
    async check() {
      await connection.query({
        text: 'select 1',
        query_timeout: answerLimitMs,
      });
    },
    close() {
      connection.removeListener('end', onEnd);
      connection.removeAllListeners('notification');
      connection.end().catch(() => {});
    },
  };
}
