import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The way to an API server, which breaks for one portal alone: whoever goes it sees what a restart of the server looks like. */
export class BrokenLine {
  private readonly sockets = new Set<Socket>();
  private isBroken = false;

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
  ) {}

  /** Beside the kubeconfig that goes straight. */
  static async open(kubeconfig: string): Promise<BrokenLine> {
    const text = await readFile(kubeconfig, 'utf8');
    const [, host] = /https:\/\/([\d.]+)/.exec(text) ?? [];
    const server = createServer();
    const folder = await mkdtemp(join(tmpdir(), 'model-ci-line-'));
    const line = new BrokenLine(server, folder);
    server.on('connection', socket => line.pass(socket, host));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await writeFile(
      line.kubeconfig,
      text.replace(`https://${host}`, `https://127.0.0.1:${port}`),
    );
    return line;
  }

  get kubeconfig(): string {
    return join(this.folder, 'kubeconfig');
  }

  /** Ends all connections, and takes none until the time is over. */
  async breakFor(ms: number): Promise<void> {
    this.isBroken = true;
    this.sockets.forEach(socket => socket.destroy());
    await delay(ms);
    this.isBroken = false;
  }

  async close(): Promise<void> {
    this.sockets.forEach(socket => socket.destroy());
    this.server.close();
    await rm(this.folder, { recursive: true });
  }

  private pass(socket: Socket, host: string): void {
    if (this.isBroken) {
      socket.destroy();
      return;
    }
    const other = connect(443, host);
    for (const [one, two] of [
      [socket, other],
      [other, socket],
    ]) {
      this.sockets.add(one);
      one.on('error', () => two.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        two.destroy();
      });
      one.pipe(two);
    }
  }
}
