/** Bytes at the start that continue a character begun before them. */
export function countContinuationBytes(data: Buffer): number {
  let count = 0;
  // More than three in a row are no part of a character: they are left to be shown as they are.
  while (count < 4 && count < data.length && isContinuation(data[count])) {
    count += 1;
  }
  return count < 4 ? count : 0;
}

/** Bytes at the end that begin a character which goes on after them. */
export function countUnfinishedBytes(data: Buffer): number {
  for (let back = 1; back <= 3 && back <= data.length; back++) {
    const byte = data[data.length - back];
    if (!isContinuation(byte)) {
      return charLength(byte) > back ? back : 0;
    }
  }
  return 0;
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf;
}

function charLength(leader: number): number {
  if (leader >= 0xf0 && leader <= 0xf4) {
    return 4;
  }
  if (leader >= 0xe0) {
    return leader <= 0xef ? 3 : 1;
  }
  return leader >= 0xc2 ? 2 : 1;
}
