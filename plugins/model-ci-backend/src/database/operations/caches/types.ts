/** What a stage wants of a cache. */
export interface CacheRequest {
  name: string;
  /** Digest of where it is used: source, path, executor, image. */
  setting: string;
  /** Digest of the files that it is good for. */
  key: string;
}

/** What a stage has left for later runs, already in the artifact store. */
export interface CollectedCache extends CacheRequest {
  branch: string;
  digest: string;
  size: number;
  /** Whether the stage was given secrets, which may be in it. */
  hadSecrets: boolean;
}
