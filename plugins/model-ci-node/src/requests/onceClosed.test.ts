import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { BODY_RATE, openBody } from './openBody';
import { onceClosed } from './onceClosed';

/** A request whose client has gone, and its response. */
async function leave() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  client.write('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf');
  const [req, res]: unknown[] = await once(server, 'request');
  if (!(req instanceof IncomingMessage && res instanceof ServerResponse)) {
    throw new Error('A server gets requests');
  }
  req.on('error', () => {});
  const closed = [req, res].map(
    side => new Promise<void>(resolve => side.once('close', () => resolve())),
  );
  client.destroy();
  await Promise.all(closed);
  server.close();
  return { req, res };
}

describe('onceClosed', () => {
  it('calls back when a stream closes, and not before', async () => {
    const stream = new PassThrough();
    const listener = jest.fn();
    onceClosed(stream, listener);
    expect(listener).not.toHaveBeenCalled();
    stream.destroy();
    await once(stream, 'close');
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('calls back at once where the client has gone already', async () => {
    const { res } = await leave();
    const listener = jest.fn();
    onceClosed(res, listener);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('ends the body of a request whose client has gone already', async () => {
    const { req } = await leave();
    const body = openBody(req, { maxBytes: 100, ...BODY_RATE });
    await expect(text(body)).rejects.toThrow('The client is gone');
  });
});
