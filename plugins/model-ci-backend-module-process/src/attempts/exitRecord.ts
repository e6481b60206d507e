import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/**
 * How a supervisor proves that it, and not the script, wrote down the end. It is given two secrets on a pipe and writes
 * the one that fits: for success, or for failure. Everybody may know their digests, which are all that is kept.
 *
 * Two, so that what a script left running cannot make a success of the failure that it sees written down.
 */
export const exitProofSchema = z.object({
  succeeded: z.string(),
  failed: z.string(),
});

/** Digests of the two secrets. */
export type ExitProof = z.infer<typeof exitProofSchema>;

export interface ExitSecrets {
  succeeded: string;
  failed: string;
}

// A record overwrites spaces that were there before the script was: a disk that it has filled cannot keep its end away
const RESERVED_BYTES = 256;

export const EMPTY_RECORD = `${' '.repeat(RESERVED_BYTES - 1)}\n`;

export function drawExitSecrets(): { secrets: ExitSecrets; proof: ExitProof } {
  const secrets = {
    succeeded: randomBytes(24).toString('base64url'),
    failed: randomBytes(24).toString('base64url'),
  };
  return {
    secrets,
    proof: {
      succeeded: digestOf(secrets.succeeded),
      failed: digestOf(secrets.failed),
    },
  };
}

/**
 * The exit code of a whole record that only the supervisor can have written. Without a proof it is one of a supervisor
 * that an earlier version of this module started, which had no secrets.
 */
export function parseExitRecord(
  record: string | undefined,
  proof: ExitProof | undefined,
): number | undefined {
  if (!proof) {
    const [, legacyCode] = /^exited (\d{1,3})\n/.exec(record ?? '') ?? [];
    return legacyCode === undefined ? undefined : Number(legacyCode);
  }
  const [, code, secret] =
    /^exited (\d{1,3}) ([\w-]{32})\n/.exec(record ?? '') ?? [];
  if (code === undefined) {
    return undefined;
  }
  const exitCode = Number(code);
  const expected = exitCode === 0 ? proof.succeeded : proof.failed;
  return isSame(digestOf(secret), expected) ? exitCode : undefined;
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
