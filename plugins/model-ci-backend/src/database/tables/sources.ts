/** A row of `source_states`: how the source of a pipeline was found when it was last looked at. */
export interface SourceStateRow {
  pipeline_ref: string;
  /** What was looked at. */
  entity_url: string | null;
  /** A stored reason; null where nothing is wrong. */
  problem: string | null;
  /** When this problem was first seen. */
  since: string | null;
  /** What the host calls the repository now, in lower case; null where it has its name still. */
  moved_to: string | null;
  /** The source identity of the pipeline under that name. */
  moved_identity: string | null;
  /** Null where it is to be looked at again at once. */
  checked_at: string | null;
}
