import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import knexFactory, { type Knex } from 'knex';

/** Stands between a test and its PostgreSQL, which can so be stopped, or be silent, for this test alone. */
export class TroubledPostgres {
  private readonly pairs = new Set<[Socket, Socket]>();
  private server?: Server;
  /** Of 127.0.0.1, for whoever is to have the trouble. */
  port = 0;
  private isSilent = false;

  private constructor(
    private readonly target: { host: string; port: number },
  ) {}

  /** `db` is connected to directly. */
  static async before(db: Knex): Promise<TroubledPostgres> {
    const { host, port } = db.client.connectionSettings;
    const troubled = new TroubledPostgres({
      host: host ?? '127.0.0.1',
      port: Number(port ?? 5432),
    });
    await troubled.start();
    return troubled;
  }

  /** Another pool on the same database, whose connections can be in trouble. */
  open(db: Knex): Knex {
    const { user, password, database } = db.client.connectionSettings;
    return knexFactory({
      client: 'pg',
      connection: {
        ...{ user, password, database },
        host: '127.0.0.1',
        port: this.port,
      },
      // As a pool of Backstage, but with less patience
      acquireConnectionTimeout: 5_000,
      // What is wrong is known
      log: { warn() {}, error() {}, deprecate() {}, debug() {} },
    });
  }

  async start(): Promise<void> {
    const server = createServer(socket => this.accept(socket));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('The server has no port');
    }
    this.port = address.port;
    this.server = server;
  }

  /** Ends all connections, and takes none. */
  async stop(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (server) {
      const closed = once(server, 'close');
      server.close();
      this.pairs.forEach(pair => pair.forEach(socket => socket.destroy()));
      await closed;
    }
  }

  /** Takes connections and answers nothing, as a machine that hangs. */
  freeze(): void {
    this.isSilent = true;
    this.pairs.forEach(pair => pair.forEach(socket => socket.pause()));
  }

  thaw(): void {
    this.isSilent = false;
    this.pairs.forEach(pair => pair.forEach(socket => socket.resume()));
  }

  private accept(client: Socket): void {
    const server = connect(this.target);
    const pair: [Socket, Socket] = [client, server];
    this.pairs.add(pair);
    for (const [from, to] of [pair, [server, client] as const]) {
      from.on('data', data => to.write(data));
      from.on('error', () => {});
      from.on('close', () => {
        to.destroy();
        this.pairs.delete(pair);
      });
      if (this.isSilent) {
        from.pause();
      }
    }
  }
}
