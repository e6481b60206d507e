/**
 * The claim under which a write was attempted is no longer valid: the lease expired and another replica took
 * over, or the row was ended. Whoever sees it stops and leaves the row, and what it stands for, alone.
 */
export class TicketLostError extends Error {
  constructor(subject: 'run' | 'attempt' | 'deployment', id: string) {
    super(`The claim of ${subject} ${id} was lost`);
    this.name = 'TicketLostError';
  }
}

/** Checks that a ticketed write changed its one row. */
export function assertTicketHeld(
  changed: number,
  subject: 'run' | 'attempt' | 'deployment',
  id: string,
): void {
  if (changed !== 1) {
    throw new TicketLostError(subject, id);
  }
}
