import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { ApiError } from './ApiError';
import { execIn } from './exec';

const STATUS_CHANNEL = 3;

describe('a command in a container', () => {
  let server: Server;
  let respond: (socket: WebSocketServer) => void = () => {};
  let refusal: { status: number; body: string } | undefined;

  beforeAll(async () => {
    server = createServer();
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      if (refusal) {
        const { status, body } = refusal;
        socket.end(
          `HTTP/1.1 ${status} No\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        );
        return;
      }
      sockets.handleUpgrade(request, socket, head, client =>
        sockets.emit('connection', client),
      );
    });
    sockets.on('connection', () => respond(sockets));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    refusal = undefined;
  });

  async function run(): Promise<{ output: string; code: number }> {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const command = execIn(
      { server: `http://127.0.0.1:${port}`, headers: {}, tls: {} },
      {
        ...{
          cluster: 'gpu',
          namespace: 'ns',
          pod: 'pod',
          container: 'sidecar',
        },
        command: ['true'],
        signal: AbortSignal.timeout(5_000),
      },
    );
    let output = '';
    for (;;) {
      const { done, value } = await command.next();
      if (done) {
        return { output, code: value };
      }
      output += value;
    }
  }

  const send = (channel: number, text: string) => (all: WebSocketServer) => {
    for (const client of all.clients) {
      client.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
      client.close();
    }
  };

  it('ends with its exit code', async () => {
    respond = send(
      STATUS_CHANNEL,
      JSON.stringify({
        status: 'Failure',
        details: { causes: [{ reason: 'ExitCode', message: '4' }] },
      }),
    );
    await expect(run()).resolves.toEqual({ output: '', code: 4 });
  });

  it('is refused in the words of the server', async () => {
    refusal = {
      status: 404,
      body: JSON.stringify({
        kind: 'Status',
        reason: 'NotFound',
        message: 'pods "pod" not found',
      }),
    };
    const error = await run().catch(failure => failure);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 404,
      reason: 'NotFound',
      message:
        'Kubernetes cluster \'gpu\' answered GET /api/v1/namespaces/ns/pods/pod/exec with 404: pods "pod" not found',
    });
  });

  it('is refused in the words of the node, which are no evidence that the pod is gone', async () => {
    refusal = { status: 404, body: 'pod does not exist' };
    await expect(run()).rejects.toMatchObject({
      status: 404,
      reason: '',
      message: expect.stringContaining('pod does not exist'),
    });
  });

  it('is not known to have ended where the connection breaks', async () => {
    respond = all => all.clients.forEach(client => client.terminate());
    await expect(run()).rejects.toThrow('closed');
  });
});
