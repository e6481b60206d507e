import type { StageDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import type { Phase } from '@model-ci/backstage-plugin-model-ci-node';
import type { AttemptPhase } from '../database/operations/attempts/storePhases';
import type { AttemptRow } from '../database/tables/runs';
import { attemptPhase } from './phases';

/**
 * Where a submitted attempt is, and when it has to be over: its time runs from `running`; before that, only the time
 * that the stage may wait in a cluster.
 */
export class PhaseTracker {
  /** When the attempt has to end, once that is known. */
  deadlineAt?: string;
  /** Since when it waits in its cluster or for an image, while it does. */
  private pendingSince?: string;
  /** When its time in a cluster is over, while it runs there. */
  private runsUntil?: string;
  private exceeded?: 'queue' | 'stage';

  constructor(
    private readonly options: {
      /** Milliseconds since 1970. */
      now(): number;
      /** Whether its node is a cluster with a queue. */
      isCluster(): boolean;
    },
  ) {}

  get isPending(): boolean {
    return this.pendingSince !== undefined;
  }

  /** Whether the time that ran out is the one to wait in a cluster. */
  get hasQueuedTooLong(): boolean {
    return this.exceeded === undefined
      ? this.isPending && this.options.isCluster()
      : this.exceeded === 'queue';
  }

  /** Its time is over; it may still start before it is killed, which changes nothing about why. */
  exceed(): void {
    this.exceeded ??= this.hasQueuedTooLong ? 'queue' : 'stage';
  }

  /** Goes on from what was stored. */
  resume(row: Pick<AttemptRow, 'phase' | 'phase_since' | 'deadline_at'>): void {
    this.deadlineAt = row.deadline_at ?? undefined;
    if (row.phase === 'pending') {
      this.pendingSince =
        row.phase_since ?? new Date(this.options.now()).toISOString();
    }
    if (row.phase === 'running' && this.options.isCluster()) {
      this.runsUntil = this.deadlineAt;
    }
  }

  /** It was submitted. */
  begin(deadlineAt: string | undefined): void {
    this.deadlineAt = deadlineAt;
  }

  /** The executor reports where it is. */
  note(
    phase: Phase,
    stage: StageDefinition,
  ): Exclude<AttemptPhase, { type: 'collecting' }> {
    const { pendingSince: since, runsUntil } = this;
    const isCluster = this.options.isCluster();
    const noted = attemptPhase(phase, stage, {
      now: this.options.now(),
      isCluster,
      ...(since !== undefined && { since }),
      ...(runsUntil !== undefined && { runsUntil }),
    });
    this.pendingSince = noted.type === 'pending' ? noted.since : undefined;
    this.runsUntil =
      noted.type === 'running' && isCluster ? noted.deadlineAt : undefined;
    this.deadlineAt = noted.deadlineAt;
    return noted;
  }

  /** It has exited: no time is running any more. */
  stop(): void {
    this.deadlineAt = undefined;
  }
}
