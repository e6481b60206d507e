import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/**
 * How the batch script proves that it, and not the stage, wrote down the end. It finds secrets in its folder, takes
 * them away before the stage starts, and writes the one that fits: for success, for failure, or for a limit that it has
 * kept. Their digests are all that is kept.
 */
export const exitProofSchema = z.object({
  succeeded: z.string(),
  failed: z.string(),
  /** Absent with attempts that earlier versions have submitted, whose batch script proves no limit. */
  limit: z.string().optional(),
});

const KILL_REASONS = ['timeout', 'cancelled', 'log-limit'] as const;

export type KillReason = (typeof KILL_REASONS)[number];

export type ExitProof = z.infer<typeof exitProofSchema>;

export interface ExitRecord {
  exitCode: number;
  /** Somebody had told the job to end before its script ended. */
  terminated: boolean;
}

/** What the batch script reads, and what can be known of it by everybody. */
export function drawPermit(): { permit: string; proof: ExitProof } {
  const [succeeded, failed, limit] = [drawSecret(), drawSecret(), drawSecret()];
  return {
    permit: `${succeeded} ${failed} ${limit}\n`,
    proof: {
      succeeded: digestOf(succeeded),
      failed: digestOf(failed),
      limit: digestOf(limit),
    },
  };
}

/** A whole record that only the batch script can have written. */
export function parseExitRecord(
  text: string | undefined,
  proof: ExitProof,
): ExitRecord | undefined {
  const [, word, code, secret] =
    /^(exited|terminated) (\d{1,3}) ([\w-]{32})\n/.exec(text ?? '') ?? [];
  if (word === undefined) {
    return undefined;
  }
  const exitCode = Number(code);
  const expected = exitCode === 0 ? proof.succeeded : proof.failed;
  return isSame(digestOf(secret), expected)
    ? { exitCode, terminated: word === 'terminated' }
    : undefined;
}

/** Why an attempt was killed, in the words of somebody who may say so: its batch script, or whoever holds its handle. */
export function parseKillNote(
  text: string | undefined,
  { proof, killKey }: { proof: ExitProof; killKey?: string },
): KillReason | undefined {
  const [, word, secret = ''] =
    /^([a-z-]+)(?: ([\w-]{32}))?\n/.exec(text ?? '') ?? [];
  const reason = KILL_REASONS.find(known => known === word);
  if (proof.limit === undefined) {
    return reason;
  }
  const digest = digestOf(secret);
  return isSame(digest, proof.limit) ||
    (killKey !== undefined && isSame(digest, digestOf(killKey)))
    ? reason
    : undefined;
}

export function killNote(reason: KillReason, killKey?: string): string {
  return killKey === undefined ? reason : `${reason} ${killKey}`;
}

export function drawSecret(): string {
  return randomBytes(24).toString('base64url');
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
