import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';

import { showInvisible } from './visible';

/** One thing that is wrong in a report; the reason says what would be right. */
export interface ReportProblem {
  /** From 1. */
  line?: number;
  /** From 1. */
  column?: number;
  reason: Reason;
}

/** A report that cannot be taken. */
export class MalformedReportError extends Error {
  readonly problems: ReportProblem[];

  constructor(problems: ReportProblem[]) {
    super(problems[0]?.reason.text ?? 'malformed report');
    this.name = 'MalformedReportError';
    this.problems = problems;
  }
}

/** Reads a report as it streams by. Both calls throw `MalformedReportError`; `write` where reading on is pointless. */
export interface ReportReader<T> {
  write(chunk: Buffer): void;
  end(): T;
}

export function malformed(
  reason: Reason,
  place: { line?: number; column?: number } = {},
): MalformedReportError {
  return new MalformedReportError([{ ...place, reason }]);
}

/** A text from outside, short enough for a message and on one line. */
export function quote(text: string): string {
  const clipped = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return showInvisible(JSON.stringify(clipped));
}
