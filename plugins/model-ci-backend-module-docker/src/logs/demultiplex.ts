const HEADER = 8;

/**
 * The payloads of the engine's framed streams: each frame is the number of its stream, three zeros, the length
 * (four bytes, big-endian) and the bytes. What one read brought is given as one buffer.
 */
export async function* demultiplex(
  framed: AsyncIterable<Buffer | string>,
): AsyncGenerator<Buffer, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of framed) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    const data = rest.length ? Buffer.concat([rest, bytes]) : bytes;
    const payloads: Buffer[] = [];
    let at = 0;
    while (data.length - at >= HEADER) {
      const end = at + HEADER + data.readUInt32BE(at + 4);
      if (end > data.length) {
        break;
      }
      payloads.push(data.subarray(at + HEADER, end));
      at = end;
    }
    rest = data.subarray(at);
    if (payloads.length > 0) {
      yield Buffer.concat(payloads);
    }
  }
}
