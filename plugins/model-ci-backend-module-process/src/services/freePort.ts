import { once } from 'node:events';
import { createServer } from 'node:net';

// A port stays free between here and the moment the service listens; do not give it away twice meanwhile
const REMEMBERED = 64;
const given: number[] = [];

/** A TCP port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (
      address &&
      typeof address === 'object' &&
      !given.includes(address.port)
    ) {
      given.push(address.port);
      given.splice(0, given.length - REMEMBERED);
      return address.port;
    }
  }
}
