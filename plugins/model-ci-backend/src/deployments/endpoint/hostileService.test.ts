import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { createTestDatabases } from '../../database/testDatabase';
import { Fixture } from '../testing/createFixture';
import { ENDPOINT, EndpointServers } from '../testing/EndpointClient';

const databases = createTestDatabases();
const OK = 'HTTP/1.1 200 OK\r\n';

/** What a model sends, byte for byte, and what its caller may see of it: 502, a cut connection, or a whole answer. */
const ANSWERS: Record<string, [answer: string, expected: RegExp]> = {
  'status 099': ['HTTP/1.1 099 X\r\n\r\n', /^HTTP\/1.1 502 /],
  'status 000': ['HTTP/1.1 000 X\r\n\r\n', /^HTTP\/1.1 502 /],
  'status 777': [
    'HTTP/1.1 777 X\r\nContent-Length: 0\r\n\r\n',
    /^HTTP\/1.1 502 /,
  ],
  'status 101 unasked': [
    'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    /^HTTP\/1.1 502 /,
  ],
  'status 101 without upgrade': [
    'HTTP/1.1 101 Switching\r\n\r\n',
    /^HTTP\/1.1 502 /,
  ],
  'early hints, then an answer': [
    `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${OK}Content-Length: 2\r\n\r\nhi`,
    /^HTTP\/1.1 200 [^]*hi$/,
  ],
  'early hints alone': ['HTTP/1.1 103 Early Hints\r\n\r\n', /^HTTP\/1.1 502 /],
  'no HTTP': ['SSH-2.0-OpenSSH\r\n', /^HTTP\/1.1 502 /],
  nothing: ['', /^HTTP\/1.1 502 /],
  'half a head': ['HTTP/1.1 200 OK\r\nContent-Le', /^HTTP\/1.1 502 /],
  'huge headers': [
    `${OK}X-Model-A: ${'a'.repeat(100_000)}\r\n\r\n`,
    /^HTTP\/1.1 502 /,
  ],
  'many headers': [
    `${OK}${'X-Model-A: a\r\n'.repeat(10_000)}\r\n`,
    /^HTTP\/1.1 502 /,
  ],
  'a header with a control character': [
    `${OK}X-Model-A: a\x01b\r\nContent-Length: 0\r\n\r\n`,
    /^HTTP\/1.1 502 /,
  ],
  'a header that is not ASCII': [
    `${OK}X-Model-A: 模型\r\nContent-Length: 2\r\n\r\nhi`,
    /^HTTP\/1.1 200 [^]*hi$/,
  ],
  'two lengths': [
    `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
    /^HTTP\/1.1 502 /,
  ],
  'a length and chunks': [
    `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    /^HTTP\/1.1 502 /,
  ],
  'a negative length': [`${OK}Content-Length: -1\r\n\r\n`, /^HTTP\/1.1 502 /],
  'less than announced': [
    `${OK}Content-Length: 100\r\n\r\nshort`,
    /^HTTP\/1.1 200 [^]*Content-Length: 100[^]*short$/i,
  ],
  'more than announced': [
    `${OK}Content-Length: 2\r\n\r\nhi and more`,
    /^HTTP\/1.1 200 [^]*\r\n\r\nhi$/,
  ],
  'malformed chunks': [
    `${OK}Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n`,
    /^HTTP\/1.1 (502|200) (?![^]*\r\n0\r\n\r\n$)/,
  ],
  'chunks that end halfway': [
    `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhe`,
    /^HTTP\/1.1 200 (?![^]*\r\n0\r\n\r\n$)/,
  ],
  'bytes after 204': [
    'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nstray',
    /^HTTP\/1.1 (204 (?![^]*(stray|content-length))|502 )/i,
  ],
  'bytes after 304': [
    'HTTP/1.1 304 Not Modified\r\n\r\nstray',
    /^HTTP\/1.1 (304 (?![^]*stray)|502 )/,
  ],
  'a second answer': [
    `${OK}Content-Length: 2\r\n\r\nhi${OK}Content-Length: 6\r\n\r\nsecond`,
    /^HTTP\/1.1 200 (?![^]*second)[^]*hi$/,
  ],
  'an answer without a length': [
    'HTTP/1.0 200 OK\r\n\r\nuntil the end',
    /^HTTP\/1.1 200 [^]*until the end/,
  ],
};

describe.each(databases.ids)('a hostile model on %s', databaseId => {
  let fixture: Fixture;
  let port: number;
  const servers = new EndpointServers();
  const uncaught: unknown[] = [];
  const onUncaught = (error: unknown) => uncaught.push(error);

  beforeAll(async () => {
    process.on('uncaughtException', onUncaught);
    process.on('unhandledRejection', onUncaught);
    fixture = new Fixture(await databases.init(databaseId));
    await fixture.registerVersion(1);
    const replica = fixture.replica({ settings: { requestTimeout: 1000 } });
    await fixture.serve(replica, 1);
    port = await servers.listen(replica.endpointProxy);
  });

  afterAll(async () => {
    servers.close();
    await fixture.close();
    process.off('uncaughtException', onUncaught);
    process.off('unhandledRejection', onUncaught);
  });

  /** What is thrown outside of any promise comes with the next turns. */
  async function whatWasUncaught(): Promise<unknown[]> {
    await new Promise(resolve => {
      setTimeout(resolve, 20);
    });
    return uncaught.splice(0);
  }

  function call(head: string): Socket {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(head);
    return socket;
  }

  it.each(Object.entries(ANSWERS))(
    'that sends %s is answered for, and the backend goes on',
    async (_, [answer, expected]) => {
      fixture.host.handler = req => req.socket.end(answer);
      for (const method of ['GET', 'POST']) {
        const body = method === 'POST' ? 'Content-Length: 2\r\n\r\n{}' : '\r\n';
        const got = await text(
          call(
            `${method} ${ENDPOINT}/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${body}`,
          ),
        );
        expect(got).toMatch(expected);
      }
      expect(await whatWasUncaught()).toEqual([]);
    },
  );

  it('that sends a body to HEAD sends nobody anything', async () => {
    fixture.host.handler = req =>
      req.socket.end(`${OK}Content-Length: 5\r\n\r\nstray`);
    const got = await text(
      call(
        `HEAD ${ENDPOINT}/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      ),
    );
    expect(got).toMatch(/^HTTP\/1.1 200 (?![^]*stray)/);
  });

  it('that sends its head byte by byte is given up', async () => {
    fixture.host.handler = req => {
      const timer = setInterval(() => req.socket.write('H'), 100);
      req.socket.write('HTTP/1.1 200 OK\r\nX-Model-A: ');
      req.socket.on('close', () => clearInterval(timer));
    };
    const got = await text(
      call(
        `GET ${ENDPOINT}/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      ),
    );
    expect(got).toMatch(/^HTTP\/1.1 504 /);
    expect(await whatWasUncaught()).toEqual([]);
  });

  it('that answers before it has read everything has its answer passed on', async () => {
    fixture.host.handler = req => {
      req.socket.write(
        'HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig',
      );
    };
    const caller = call(
      `POST ${ENDPOINT}/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc`,
    );
    expect(await text(caller)).toMatch(/^HTTP\/1.1 413 [^]*big$/);
    expect(await whatWasUncaught()).toEqual([]);
  });

  it('and callers that leave at any moment end nothing else', async () => {
    const leaves: Array<(socket: Socket) => void> = [
      socket => socket.destroy(),
      socket => socket.resetAndDestroy(),
    ];
    for (const leave of leaves) {
      await leaveBy(leave);
    }
    expect(await whatWasUncaught()).toEqual([]);
  });

  async function leaveBy(leave: (socket: Socket) => void): Promise<void> {
    const reached = new Promise<void>(resolve => {
      fixture.host.handler = (_req, res) => {
        res.write('half');
        res.once('close', resolve);
      };
    });
    const early = call(
      `POST ${ENDPOINT}/x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nab`,
    );
    const late = call(`GET ${ENDPOINT}/x HTTP/1.1\r\nHost: a\r\n\r\n`);
    await once(late, 'data');
    leave(early);
    leave(late);
    await reached;
  }
});
