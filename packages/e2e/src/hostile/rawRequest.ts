import { connect, type Socket } from 'node:net';

/** What an answer may pause for, milliseconds: of a connection that stays open nobody knows whether more comes. */
const MOMENT = 200;

/**
 * Sends bytes over a connection of its own, and answers what came until the other side ended it, or until nothing came
 * for a moment after something had.
 */
export async function sendRaw(
  port: number,
  lines: string[],
  options: { seconds?: number } = {},
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout((options.seconds ?? 10) * 1000);
  socket.write(lines.concat('', '').join('\r\n'));
  try {
    return await readAll(socket);
  } finally {
    socket.destroy();
  }
}

async function readAll(socket: Socket): Promise<string> {
  return await new Promise((resolve, reject) => {
    let received = '';
    socket.on('data', chunk => {
      received += chunk.toString('latin1');
      socket.setTimeout(MOMENT);
    });
    socket.on('close', () => resolve(received));
    socket.on('error', () => resolve(received));
    socket.on('timeout', () => {
      if (received === '') {
        reject(new Error('Nothing was answered'));
      } else {
        resolve(received);
      }
    });
  });
}
