import type { ClientRequest, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { abortError } from '@model-ci/backstage-plugin-model-ci-node';
import WebSocket from 'ws';
import { refusalOf, type ApiError } from './ApiError';
import type { Access } from './connect';
import { Pieces } from './Pieces';

export interface ExecOptions {
  cluster: string;
  namespace: string;
  pod: string;
  container: string;
  command: string[];
  signal: AbortSignal;
}

/** Of an answer that refuses a connection; its server may never end it. */
const REFUSAL_MS = 5_000;

/**
 * Runs a command in a container, with what it writes as it comes. Ends with its exit code. Rejects with an `ApiError`
 * where it was not run because server or node refused it, and with any other error where the connection ends before the
 * command, which says nothing of it.
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
  socket.on('unexpected-response', (request, response) => {
    void readRefusal(options, request, response).then(failure =>
      pieces.add({ failure }),
    );
  });
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

async function readRefusal(
  options: ExecOptions,
  request: ClientRequest,
  response: IncomingMessage,
): Promise<ApiError> {
  const limit = setTimeout(() => request.destroy(), REFUSAL_MS);
  const answer = await text(response).catch(() => '');
  clearTimeout(limit);
  return refusalOf(
    options.cluster,
    { method: 'GET', path: pathOf(options) },
    { status: response.statusCode ?? 0, text: answer },
  );
}

function pathOf({ namespace, pod }: ExecOptions): string {
  return `/api/v1/namespaces/${namespace}/pods/${pod}/exec`;
}

function addressOf(server: string, options: ExecOptions): string {
  const { container, command } = options;
  const query = new URLSearchParams({
    container,
    stdout: 'true',
    stderr: 'true',
  });
  for (const word of command) {
    query.append('command', word);
  }
  return `${server.replace(/^http/, 'ws')}${pathOf(options)}?${query}`;
}
