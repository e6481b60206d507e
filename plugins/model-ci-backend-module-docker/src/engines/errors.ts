import {
  InputError,
  ServiceUnavailableError,
  isError,
} from '@backstage/errors';
import type { EngineConfig } from '../config';

/** HTTP status that the engine answered, undefined if it did not answer. */
export function statusOf(error: unknown): number | undefined {
  return isError(error) && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

export function messageOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}

/** Recognized by the engine's own words: the client says 'no such container' of a missing file, too. */
export function isNoSuchContainer(error: unknown): boolean {
  return (
    statusOf(error) === 404 && /No such container: /.test(messageOf(error))
  );
}

/** Turns what the client or the engine reported into an error that says what to do. */
export function explain(error: unknown, engine: EngineConfig): Error {
  if (!isError(error)) {
    return new Error(`Docker engine '${engine.name}' failed: ${error}`);
  }
  // Our own errors come through a request when they end the stream that is sent
  if (statusOf(error) === undefined && error.code === undefined) {
    return error.name === 'AbortError' || error.name === 'TimeoutError'
      ? unreachable(engine, 'it did not answer in time', error)
      : error;
  }
  const text = messageOf(error).trim();
  if (/no space left on device/i.test(text)) {
    return new ServiceUnavailableError(
      `The disk of docker engine '${engine.name}' is full: remove unused images and containers there ('docker system prune') or give it more space (${text})`,
      error,
    );
  }
  const refusal = refusalOf(text);
  if (refusal !== undefined) {
    return new InputError(refusal, error);
  }
  if (/could not select device driver/i.test(text)) {
    return new InputError(
      `Docker engine '${engine.name}' cannot give a GPU to a container: install the NVIDIA Container Toolkit there, or set its 'gpus' to 0 (${text})`,
      error,
    );
  }
  if (statusOf(error) !== undefined) {
    return new Error(`Docker engine '${engine.name}' refused: ${text}`, {
      cause: error,
    });
  }
  return explainConnection(error, engine);
}

/** What the engine will refuse however often it is asked, and what to do about it. */
function refusalOf(text: string): string | undefined {
  if (/invalid reference format|must be lowercase/i.test(text)) {
    return `The name of the image is not valid: write it like python:3.11 (${text})`;
  }
  if (/file name too long/i.test(text)) {
    return `A path of the workspace is too long: a name may have 255 bytes, a whole path 4095 (${text})`;
  }
  if (/exec format error/i.test(text)) {
    return `The image is for another kind of processor than the node has: use an image for it, or choose another node (${text})`;
  }
  // Other files that are missing are the engine's own, such as the network that a container was to join
  if (
    /exec: "[^"]+": (?:executable file not found|stat [^:]+: no such file or directory|permission denied)/i.test(
      text,
    )
  ) {
    return `The image cannot run a stage: it needs 'sh' in its search path (${text})`;
  }
  return undefined;
}

function explainConnection(error: Error, engine: EngineConfig): Error {
  const code = String(Object(error).code);
  const because = (what: string) => unreachable(engine, what, error);
  if (engine.address.type === 'socket') {
    if (code === 'EACCES' || code === 'EPERM') {
      return because(
        `the backend's user may not open ${engine.address.path}; add it to the group of that socket`,
      );
    }
    return because(
      `nothing listens on ${engine.address.path} (${code}); start the engine or mend socketPath`,
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return because(
      `its certificate is not for '${engine.address.host}'; issue it with that address, or use the name that it holds`,
    );
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return because('its certificate has expired; renew it');
  }
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_SIGNATURE/.test(code)) {
    return because(
      `its certificate was not issued by the authority in tls.caFile (${code})`,
    );
  }
  if (/ALERT|HANDSHAKE|BAD_CERTIFICATE/i.test(`${code} ${error.message}`)) {
    return because(
      `it does not accept the client certificate in tls.certFile; issue it by the engine's authority, for client authentication (${error.message.trim()})`,
    );
  }
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    return because(
      `port ${engine.address.port} does not speak TLS; start the engine with --tlsverify`,
    );
  }
  return because(
    `${engine.address.host}:${engine.address.port} does not answer (${code}); check the machine, the port and the firewall`,
  );
}

function unreachable(
  engine: EngineConfig,
  what: string,
  cause: Error,
): ServiceUnavailableError {
  return new ServiceUnavailableError(
    `Docker engine '${engine.name}' cannot be used: ${what}`,
    cause,
  );
}
