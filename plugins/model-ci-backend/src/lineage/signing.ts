import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  type KeyObject,
} from 'node:crypto';
import type { Config } from '@backstage/config';
import type { DsseEnvelope } from '@model-ci/backstage-plugin-model-ci-common';
import type { Statement } from './statements';

const SECTION = 'modelCi.provenance';
const KEY = `${SECTION}.privateKey`;
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** Signs statements with the portal's key. */
export interface Signer {
  sign(statement: Statement): DsseEnvelope;
}

/**
 * Reads the key that statements are signed with; undefined where there is none. A key that cannot be used stops
 * start-up, without a word of what it is.
 */
export function readSigner(config: Config): Signer | undefined {
  if (!config.has(SECTION)) {
    return undefined;
  }
  const pem = config.getOptionalString(KEY);
  if (pem === undefined) {
    throw new Error(
      `Missing required config value at '${KEY}': without a key nothing can be signed; leave out ${SECTION} if nothing shall be`,
    );
  }
  const key = readKey(pem);
  const keyid = createHash('sha256')
    .update(createPublicKey(key).export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return { sign: statement => envelope(statement, key, keyid) };
}

/** Who says that it made what it signs. */
export function readBuilderId(config: Config): string | undefined {
  const id = config.getOptionalString(`${SECTION}.builderId`);
  if (id !== undefined && !URL.canParse(id)) {
    throw new Error(
      `Invalid configuration: ${SECTION}.builderId must be a URI, such as https://portal.example/model-ci`,
    );
  }
  return id;
}

function readKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // The cause may quote what it could not read.
    throw invalidKey('it is none that can be read');
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const isFit =
    type === 'ed25519' ||
    (type === 'ec' && details?.namedCurve === 'prime256v1');
  if (!isFit) {
    throw invalidKey(
      `it is of the type ${[type, details?.namedCurve]
        .filter(Boolean)
        .join(' ')}`,
    );
  }
  return key;
}

function invalidKey(what: string): Error {
  return new Error(
    `Invalid configuration: ${KEY} must be the unencrypted private key of Ed25519 or ECDSA P-256 as PEM, such as 'openssl genpkey -algorithm ed25519' writes it; ${what}`,
  );
}

/** https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
function envelope(
  statement: Statement,
  key: KeyObject,
  keyid: string,
): DsseEnvelope {
  const payload = Buffer.from(JSON.stringify(statement));
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const sig = sign(algorithm, preAuthEncoding(payload), key);
  return {
    payloadType: PAYLOAD_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ keyid, sig: sig.toString('base64') }],
  };
}

/** What is signed: the payload with its type and both lengths, so that neither can pass for another. */
export function preAuthEncoding(payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(
      `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `,
    ),
    payload,
  ]);
}
