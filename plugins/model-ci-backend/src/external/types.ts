import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import type {
  AdvanceContext,
  Advanced,
} from '../database/operations/runs/advanceRun';
import type { CollectResultsOptions } from '../evaluations/collectResults';
import type { RunQuota } from '../limits/RunQuota';
import type { LogSignal } from '../logs/LogSignal';
import type { SourceReader } from '../source/SourceReader';

/** What external runs are worked on with. */
export interface ExternalContext {
  db: Knex;
  logger: LoggerService;
  store: ArtifactStore;
  source: SourceReader;
  analyses: CollectResultsOptions['analyses'];
  quota: Pick<RunQuota, 'demandRoom'>;
  /** The part of the engine that follows up what was committed. */
  engine: {
    advanced(advanced: Advanced): void;
    changed(run: { id: string; pipeline_ref: string }): void;
    logSignal: Pick<LogSignal, 'notify'>;
    context: Pick<AdvanceContext, 'findDefaultBranch'>;
  };
  environments: readonly string[];
  limits: {
    maxLogBytes: number;
    maxArtifactBytes: number;
    maxSourceBytes: number;
    maxSourceEntries: number;
  };
  /** After how long without a sign of its CI a run ends. */
  silentAfterMs: number;
  /** Bytes of the reports and artifacts of a run, in all its attempts. */
  maxRunBytes: number;
  /** Of the app, for links. */
  appBaseUrl: string;
  /** Milliseconds since 1970. */
  now(): number;
}

export function nowOf({ now }: Pick<ExternalContext, 'now'>): string {
  return new Date(now()).toISOString();
}
