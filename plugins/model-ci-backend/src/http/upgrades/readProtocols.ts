/** Begins the subprotocol that carries a token: browsers can send no `Authorization` with a WebSocket. */
const TOKEN = 'model-ci.bearer.';

/** The subprotocol that is chosen where the model chooses none; browsers refuse an answer without one. */
const OWN = 'model-ci';

/** What a caller offers in `Sec-WebSocket-Protocol`, apart: what is the portal's, and what is the model's. */
export function readProtocols(header: string | undefined): {
  token?: string;
  protocols: string[];
  ownProtocol?: string;
} {
  const offered = (header ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
  const token = offered.find(name => name.startsWith(TOKEN));
  return {
    ...(token !== undefined && { token: token.slice(TOKEN.length) }),
    protocols: offered.filter(name => name !== OWN && !name.startsWith(TOKEN)),
    ...(offered.includes(OWN) && { ownProtocol: OWN }),
  };
}
