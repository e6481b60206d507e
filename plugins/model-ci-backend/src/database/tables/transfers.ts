import type { BigInteger } from './runs';

/** A row of `transfer_keys`. */
export interface TransferKeyRow {
  id: string;
  /** JSON of a JWK. */
  public_key: string;
  expires_at: string;
}

/** A row of `attempt_uploads`. */
export interface AttemptUploadRow {
  attempt_id: string;
  path_hash: string;
  path: string;
  digest: string | null;
  size: BigInteger | null;
  /** JSON of `WrittenFiles`. */
  written: string | null;
  refusal: string | null;
  created_at: string;
}

/** A row of `service_downloads`. */
export interface ServiceDownloadRow {
  /** SHA-256 of a random token, in hexadecimal. */
  token_hash: string;
  deployment_id: string;
  service_id: string;
  digest: string;
  created_at: string;
}
