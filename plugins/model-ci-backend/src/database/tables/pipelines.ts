/** A row of `pipelines`: what the catalog knows of a ModelPipeline. */
export interface PipelineRow {
  ref: string;
  title: string;
  description: string | null;
  type: string;
  lifecycle: string;
  owner_ref: string;
  model_ref: string;
  /** URL of the folder that is run, ending in `/`. */
  source_url: string | null;
  /** Repository and folder of the source, whatever its branch: what is kept under the name belongs to it. */
  source_identity: string | null;
  /** Why there is no source. */
  source_problem: string | null;
  /** URL of the file that holds the entity. */
  entity_url: string | null;
  /** The catalog gives a new one when an entity comes back. */
  entity_uid: string | null;
  /** JSON of the default branch's definition, as the catalog has it. */
  definition: string | null;
  /** Of the definition, to see that it has changed; null where there is none. */
  definition_digest: string | null;
  synced_at: string;
  /** Set while the catalog has no such entity. */
  removed_at: string | null;
  /** JSON of a `PipelineClaim`. */
  claim: string | null;
  claim_seen_at: string | null;
}

/** An entity in the catalog whose name has the history of another source. */
export interface PipelineClaim {
  owner: string;
  source: string;
}

/** What the catalog says; the rest of a row is the mirror's own. */
export type MirroredPipeline = Omit<PipelineRow, 'claim' | 'claim_seen_at'>;
