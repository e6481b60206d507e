/** For whom, from when and until when a claim holds. */
export interface Lease {
  holder: string;
  now: string;
  leaseExpiresAt: string;
}

export function newLease(
  holder: string,
  durationMs: number,
  now: number,
): Lease {
  return {
    holder,
    now: new Date(now).toISOString(),
    leaseExpiresAt: new Date(now + durationMs).toISOString(),
  };
}

/** What ended before this time should have been followed up by whoever ended it. */
export function overdueSince(durationMs: number, now: number): string {
  return new Date(now - durationMs).toISOString();
}
