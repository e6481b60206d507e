/* eslint-disable no-bitwise -- checksums are made of bits */

const POLYNOMIAL = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  }
  return rest;
});

/** CRC-32C (Castagnoli) of bytes; goes on from that of the bytes before them. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let at = 0; at < bytes.length; at += 1) {
    crc = TABLE[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** As records of TensorFlow store it, so that a checksum of checksums is no constant. */
export function maskCrc(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
