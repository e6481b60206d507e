import { isIPv4 } from 'node:net';

/** A range of IPv4 addresses that networks of containers are cut from. */
export interface NetworkRange {
  text: string;
  first: number;
  /** How many networks fit. */
  count: number;
}

// The network itself, the gateway, one container and the broadcast address
const ADDRESSES = 4;
const PREFIX = 30;

/** Reads a range such as `10.232.0.0/16`; undefined if it is none. */
export function parseRange(text: string): NetworkRange | undefined {
  const [address, prefix, ...rest] = text.split('/');
  const bits = /^\d{1,2}$/.test(prefix ?? '') ? Number(prefix) : NaN;
  if (rest.length > 0 || !isIPv4(address) || !(bits >= 8 && bits <= PREFIX)) {
    return undefined;
  }
  const first = address
    .split('.')
    .reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  return first % size === 0
    ? { text, first, count: size / ADDRESSES }
    : undefined;
}

/** The subnet of a number below `count`. */
export function subnetAt(range: NetworkRange, index: number): string {
  const address = range.first + index * ADDRESSES;
  const parts = [24, 16, 8, 0].map(
    shift => Math.floor(address / 2 ** shift) % 256,
  );
  return `${parts.join('.')}/${PREFIX}`;
}
