import type { Reason } from '../reasons';

/** One move of a name from version to version. */
export interface AliasChange {
  alias: string;
  /** Absent where the name was new. */
  from?: number;
  /** Absent where the name was removed. */
  to?: number;
  at: string;
  by: string;
  /** Given by who moved it, or the promotion by a run. */
  reason?: Reason;
  /** The run that promoted its version. */
  runId?: string;
}

/** What became of the alias that a run's definition asks for under `promote`. */
export type RunPromotion =
  | { type: 'promoted'; alias: string; version: number }
  | { type: 'refused'; alias: string; version: number; reason: Reason };

/** Names that point at versions, and how they got there. */
export interface PipelineAliases {
  aliases: Array<{ alias: string; version: number; by: string; at: string }>;
  /** Newest first. */
  changes: AliasChange[];
}
