/** A row of `pipelines`: what the catalog knows of a ModelPipeline. */
export interface PipelineRow {
  ref: string;
  title: string;
  description: string | null;
  type: string;
  lifecycle: string;
  owner_ref: string;
  model_ref: string;
  /** URL of the folder that holds the entity, ending in `/`. */
  source_url: string | null;
  /** JSON of the default branch's definition, as the catalog has it. */
  definition: string | null;
  synced_at: string;
  /** Set while the catalog has no such entity. */
  removed_at: string | null;
}
