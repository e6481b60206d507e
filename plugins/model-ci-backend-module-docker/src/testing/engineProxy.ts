import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A socket that passes everything on to an engine, until it is cut. */
export interface EngineProxy {
  path: string;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  restore(): Promise<void>;
}

export async function startEngineProxy(
  path: string,
  target: string,
): Promise<EngineProxy> {
  const sockets = new Set<Socket>();
  let server: Server;

  const restore = async () => {
    server = createServer(near => {
      const far = connect(target);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
    server.listen(path);
    await once(server, 'listening');
  };

  const cut = async () => {
    server.close();
    sockets.forEach(socket => socket.destroy());
    await once(server, 'close');
    await rm(path, { force: true });
  };

  await restore();
  return { path, cut, restore };
}
