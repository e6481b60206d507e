import { once, EventEmitter } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import createKnex, { type Knex } from 'knex';
import { createTestDatabases } from '../database/testDatabase';
import { isPostgres } from '../database/transact';
import { createReplicaChannel } from './createReplicaChannel';
import type { ReplicaMessage } from './message';
import { ReplicaChannel } from './ReplicaChannel';

const databases = createTestDatabases();

describe.each(databases.ids)('What replicas say to each other on %s', id => {
  const channels: ReplicaChannel[] = [];
  afterEach(async () => {
    await Promise.all(channels.splice(0).map(channel => channel.stop()));
  });

  function open(db: Knex) {
    const channel = new ReplicaChannel({
      db,
      logger: mockServices.logger.mock(),
    });
    channels.push(channel);
    const heard: ReplicaMessage[] = [];
    const events = new EventEmitter();
    channel.subscribe(message => {
      heard.push(message);
      events.emit('heard');
    });
    return { channel, heard, next: () => once(events, 'heard') };
  }

  /** Ends the connections that listen, as a restart of the server does. */
  async function endListening(db: Knex): Promise<number> {
    const { rows } = await db.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query in ('listen model_ci', 'select 1')`,
    );
    return rows.length;
  }

  it('is there where replicas can be', async () => {
    const db = await databases.init(id);
    const channel = createReplicaChannel({
      db,
      logger: mockServices.logger.mock(),
    });
    expect(channel !== undefined).toBe(isPostgres(db));
  });

  if (id === 'SQLITE_3') {
    return;
  }

  it('reaches the others, and not itself', async () => {
    const db = await databases.init(id);
    const one = open(db);
    const other = open(db);
    await one.channel.checkOnce();
    await other.channel.checkOnce();
    const arrives = other.next();
    await one.channel.send({ type: 'released' });
    await arrives;
    const answer = one.next();
    await other.channel.send({ type: 'released' });
    await answer;
    expect(one.heard).toEqual([{ type: 'released' }]);
    expect(other.heard).toEqual([{ type: 'released' }]);
  });

  it('names many logs in few notifications, however large', async () => {
    const db = await databases.init(id);
    const one = open(db);
    const other = open(db);
    await other.channel.checkOnce();
    const ids = Array.from({ length: 1_000 }, (_, index) =>
      String(index).padStart(36, '0'),
    );
    ids.forEach(attemptId => one.channel.announceLog(attemptId));
    const named = () =>
      other.heard.flatMap(message =>
        message.type === 'logs' ? message.attemptIds : [],
      );
    while (named().length < ids.length) {
      await other.next();
    }
    expect(named()).toEqual(ids);
    expect(other.heard.length).toBeLessThan(10);
  });

  it('is heard again after the connection has ended', async () => {
    const db = await databases.init(id);
    const one = open(db);
    const other = open(db);
    await other.channel.checkOnce();
    expect(await endListening(db)).toBe(1);
    // Whichever comes first, the end of the connection or the check that finds it
    await other.channel.checkOnce();
    await other.channel.checkOnce();
    expect(other.channel.isDatabaseAway).toBe(false);
    const arrives = other.next();
    await one.channel.send({ type: 'released' });
    await arrives;
    expect(other.heard).toEqual([{ type: 'released' }]);
  });

  it('leaves no connection behind at a server that takes them and is silent', async () => {
    const sockets = new Set<Socket>();
    const server = createServer(socket => {
      sockets.add(socket.on('error', () => {}));
      socket.once('close', () => sockets.delete(socket));
      socket.resume();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const db = createKnex({
      client: 'pg',
      connection: { host: '127.0.0.1', port, user: 'x', database: 'x' },
    });
    const channel = new ReplicaChannel({
      db,
      logger: mockServices.logger.mock(),
      answerLimitMs: 100,
    });
    await channel.checkOnce();
    await channel.checkOnce();
    expect(channel.isDatabaseAway).toBe(true);
    await Promise.all([...sockets].map(socket => once(socket, 'close')));
    expect(sockets.size).toBe(0);
    server.close();
    await db.destroy();
  });

  it('is not taken from others who notify under the same name', async () => {
    const db = await databases.init(id);
    const one = open(db);
    const other = open(db);
    await other.channel.checkOnce();
    for (const payload of [
      '',
      'x',
      '{}',
      '{"from":"x","message":{"type":1}}',
    ]) {
      await db.raw(`select pg_notify('model_ci', ?)`, [payload]);
    }
    const arrives = other.next();
    await one.channel.send({ type: 'released' });
    await arrives;
    expect(other.heard).toEqual([{ type: 'released' }]);
  });
});
