/** A row of `machine_tokens`. */
export interface MachineTokenRow {
  id: string;
  /** The part of the token that finds its row. */
  public_id: string;
  /** SHA-256 of the token, in hexadecimal. */
  hash: string;
  name: string;
  /** Separated by commas. */
  actions: string;
  created_by: string;
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
}

/** A row of `machine_token_pipelines`. */
export interface MachineTokenPipelineRow {
  token_id: string;
  pipeline_ref: string;
}
