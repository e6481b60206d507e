import { abortError } from '@model-ci/backstage-plugin-model-ci-node';
import WebSocket from 'ws';
import type { Access } from './connect';
import { Pieces } from './Pieces';

export interface ExecOptions {
  namespace: string;
  pod: string;
  container: string;
  command: string[];
  signal: AbortSignal;
}

/**
 * Runs a command in a container, with what it writes as it comes. Ends with its exit code; rejects where the connection
 * ends before that, which says nothing of the command.
 */
export async function* execIn(
  { server, headers, tls }: Access,
  options: ExecOptions,
): AsyncGenerator<Buffer, number> {
  const { signal } = options;
  if (signal.aborted) {
    throw abortError(signal);
  }
  const socket = new WebSocket(
    addressOf(server, options),
    ['v4.channel.k8s.io'],
    { headers, ...tls, handshakeTimeout: 20_000, perMessageDeflate: false },
  );
  const pieces = new Pieces(socket);
  const onAbort = () => pieces.add({ failure: abortError(signal) });
  signal.addEventListener('abort', onAbort);
  let code: number | undefined;
  try {
    for (;;) {
      const piece = await pieces.next();
      if ('data' in piece) {
        yield piece.data;
      } else if ('end' in piece) {
        // What was written before may come after it, up to the end of the connection
        code = piece.end;
        pieces.expectClose();
      } else if (code !== undefined) {
        return code;
      } else {
        throw piece.failure;
      }
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    pieces.stop();
    socket.terminate();
  }
}

function addressOf(
  server: string,
  { namespace, pod, container, command }: ExecOptions,
): string {
  const query = new URLSearchParams({
    container,
    stdout: 'true',
    stderr: 'true',
  });
  for (const word of command) {
    query.append('command', word);
  }
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/exec`;
  return `${server.replace(/^http/, 'ws')}${path}?${query}`;
}
