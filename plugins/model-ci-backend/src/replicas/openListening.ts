import type { EventEmitter } from 'node:events';
import type { Knex } from 'knex';
import { withinTime } from '../withinTime';

/** A connection outside the pool, as the driver gives it. */
interface RawConnection extends EventEmitter {
  query(query: { text: string; query_timeout: number }): Promise<unknown>;
}

/** What Knex's client for PostgreSQL has for connections that its pool does not know. */
interface RawConnections {
  acquireRawConnection(): Promise<RawConnection>;
  destroyRawConnection(connection: RawConnection): Promise<void>;
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
  const connections: RawConnections = db.client;
  const { answerLimitMs } = options;
  const opening = connections.acquireRawConnection();
  const connection = await withinTime(opening, answerLimitMs);
  if (!connection) {
    opening.then(
      late => close(connections, late),
      () => {},
    );
    throw new Error('the database takes no connection');
  }
  const listening = listenOn(connections, connection, options);
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
  connections: RawConnections,
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
      close(connections, connection);
    },
  };
}

function close(connections: RawConnections, connection: RawConnection): void {
  // What a dying connection still says must end nobody else.
  connection.on('error', () => {});
  connections.destroyRawConnection(connection).catch(() => {});
}
