import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Slots } from './Slots';
import { takeSlot } from './takeSlot';

const NAMED = {
  what: 'open.requests',
  key: 'modelCi.limits.user.requests',
} as const;

describe('takeSlot', () => {
  const slots = new Slots(1);
  let server: Server;

  beforeAll(async () => {
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => server.close());

  const arrive = async () => {
    const { port } = server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const [, arrived] = await once(server, 'request');
    const res: ServerResponse = arrived;
    const leave = async () => {
      client.destroy();
      await once(res, 'close');
    };
    return { res, leave };
  };

  it('keeps the slot until the reader is gone', async () => {
    const { res, leave } = await arrive();
    takeSlot(slots, 'ann', res, NAMED);
    expect(() => takeSlot(slots, 'ann', res, NAMED)).toThrow(NAMED.key);
    await leave();
    expect(slots.openOf('ann')).toBe(0);
  });

  it('gives the slot back of a reader who went while permissions were checked', async () => {
    const { res, leave } = await arrive();
    await leave();
    takeSlot(slots, 'bo', res, NAMED);
    expect(slots.openOf('bo')).toBe(0);
  });
});
