import { appendFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  connect,
  createServer as createTcpServer,
  type Server,
} from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

/** The bridge of testbed/kubernetes. */
const BRIDGE = '10.88.0.1';

/**
 * What this process serves to stages in containers while backends come and go: the ledger, in which each command leaves a line
 * when it is started, and a way to whichever backend is up, as a load balancer gives it.
 */
export class Machine {
  /** Ports of the backends that are up. */
  readonly backends = new Set<number>();
  private readonly servers: Server[] = [];

  private constructor(private readonly address: string) {}

  static async start(startsFolder: string): Promise<Machine> {
    const machine = new Machine(findAddress());
    machine.servers.push(keepLedger(startsFolder));
    machine.servers.push(forward(() => pick([...machine.backends])));
    await Promise.all(machine.servers.map(server => once(server, 'listening')));
    return machine;
  }

  get ledger(): string {
    return this.urlOf(this.servers[0]);
  }

  get transfers(): string {
    return this.urlOf(this.servers[1]);
  }

  /** Where containers reach a server that listens on this machine alone. */
  async open(url: string): Promise<string> {
    const { hostname, port } = new URL(url);
    const server = forward(() => Number(port), hostname);
    this.servers.push(server);
    await once(server, 'listening');
    return this.urlOf(server);
  }

  close(): void {
    this.servers.forEach(server => server.close());
  }

  private urlOf(server: Server): string {
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('A server of the benchmark does not listen');
    }
    return `http://${this.address}:${address.port}`;
  }
}

function findAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap(
    (interfaces = []) => interfaces,
  );
  const outer = addresses.find(
    ({ family, internal }) => family === 'IPv4' && !internal,
  );
  return addresses.some(({ address }) => address === BRIDGE)
    ? BRIDGE
    : outer?.address ?? '127.0.0.1';
}

function pick(ports: number[]): number | undefined {
  return ports[Math.floor(Math.random() * ports.length)];
}

/** A line in a file of its own for each start; it is there before the stage goes on. */
function keepLedger(folder: string): Server {
  const server = createServer((request, response) => {
    const [, name = ''] = /^\/([\w-]+)$/.exec(request.url ?? '') ?? [];
    if (name !== '') {
      appendFileSync(join(folder, name), 'start\n');
    }
    response.writeHead(name === '' ? 404 : 200).end();
  });
  return server.listen(0);
}

function forward(target: () => number | undefined, host = 'localhost'): Server {
  const server = createTcpServer(incoming => {
    const port = target();
    if (port === undefined) {
      incoming.destroy();
      return;
    }
    const outgoing = connect(port, host);
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
    incoming.on('close', () => outgoing.destroy());
    outgoing.on('close', () => incoming.destroy());
  });
  return server.listen(0);
}
