import type { BigInteger } from './runs';

/** A row of `caches`. */
export interface CacheRow {
  id: string;
  pipeline_ref: string;
  /** Of the run that kept it. */
  branch: string;
  name: string;
  /** Digest of where it is from; what was kept elsewhere may be of no use. */
  setting: string;
  /** Digest of the files that it was kept for. */
  key: string;
  /** In the artifact store. */
  digest: string;
  size: BigInteger;
  /** Whether the stage that kept it was given secrets. SQLite answers a number. */
  had_secrets: boolean | number;
  run_id: string;
  created_at: string;
}
