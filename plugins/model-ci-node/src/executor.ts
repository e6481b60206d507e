import type { Readable } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import type { JsonObject } from '@backstage/types';
import type {
  BuiltImage,
  ExecutorRules,
  NodeResources,
  RanImage,
  Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { GpuDevice, GpuReading } from './gpus/types';

/**
 * What an executor needs to find an attempt or a service again after the backend was restarted:
 * a container id, a process group. It is stored as JSON and handed back unchanged.
 */
export type Handle = JsonObject;

/**
 * Lets whoever has it move the bytes of one attempt at one path in one direction, without other credentials: a secret.
 * It ends with the attempt, and at `expiresAt` at the latest.
 */
export interface SignedUrl {
  url: string;
  expiresAt: string;
}

/**
 * One tar archive that is unpacked at `path` in the workspace, in the order given. Everything in it gets the time
 * `ENTRY_TIME`, and its name byte for byte.
 */
export interface WorkspacePart {
  /** Relative to the workspace; `.` for its root. */
  path: string;
  /** `sha256:…` of the archive. Parts with the same digest hold the same bytes, so an executor may keep them. */
  digest: string;
  /** A fresh stream at each call, so that a repeated `submit` can read it again. */
  open(): Promise<Readable>;
  /** Signs a URL from which an engine fetches the archive for itself (GET); absent where the backend offers no transfers. */
  signUrl?(): Promise<Pick<SignedUrl, 'url'>>;
}

/**
 * Where an engine puts the tar archive of one path of the workspace (PUT), for engines that have no workspace left
 * that `collect` could read. It is answered with `{digest, size}`, which is proof that it is stored. The first whole
 * upload of a path stays; the same again is answered alike.
 */
export interface UploadTarget {
  path: string;
  signUrl(): Promise<SignedUrl>;
}

/** What an attempt or a service asks of its node; absent is what it does not care about. */
export interface RequestedResources {
  cpus?: number;
  memoryBytes?: number;
  gpus?: number;
  /** The devices that it was given: as many as `gpus`, on a node that lists its devices. Nobody else has them. */
  gpuIds?: string[];
}

/** An image that an attempt builds in place of running a script. */
export interface ImageBuild {
  /** Folder of the workspace that the Dockerfile sees; `.` for all of it. */
  context: string;
  /** Plain path in the context. */
  dockerfile: string;
  args: Record<string, string>;
  /** What people call it beside its digest. */
  tag?: string;
}

/** What a build that has exited came to. */
export type Built =
  | { type: 'image'; image: BuiltImage }
  /** Why there is no image, where more is known than the exit code. */
  | { type: 'failed'; reason: Reason }
  /** The same, where an engine or a registry is to blame and not the stage: another attempt may follow by itself. */
  | { type: 'errored'; reason: Reason };

/**
 * Header of `POST` to the URL of secrets, with a random name of at least 32 hexadecimal digits that the attempt has made up.
 * The URL holds for the first name alone: an answer that was lost is given again, and nobody else gets it. The answer is
 * lines for a shell, one `export` for each secret.
 */
export const FETCHER_HEADER = 'X-Model-CI-Fetcher';

export interface AttemptSpec {
  /** Unique for ever. The executor derives the external name from it, so that `submit` is safe to repeat. */
  attemptId: string;
  runId: string;
  pipelineRef: string;
  stage: string;
  /** Node that the placement chose, by its name in `inventory()`. */
  node: string;
  /** Script for `sh -e`, or for `bash -e -o pipefail`, run in the workspace. */
  script: string;
  /** Default: `sh`. */
  shell?: 'sh' | 'bash';
  image?: string;
  /** Set where an earlier stage of the pipeline has built it. Only such an image may go by its id. */
  imageIsBuilt?: boolean;
  /** Present where an image is to be built; only executors with `buildsImages` get such attempts. There is no script then. */
  build?: ImageBuild;
  /** Complete: the executor adds nothing of its own but what a shell needs (PATH, HOME). */
  env: Record<string, string>;
  /**
   * More variables, which nobody but the attempt may see: they are not where an engine shows what runs, in no handle, no
   * error, and not left when the attempt is gone. Only executors with `takesSecrets` get such attempts. A `submit` that is
   * repeated has the same. With `build`, they are given to the commands of the Dockerfile that mount them by their names;
   * only executors with `buildsWithSecrets` get such attempts.
   */
  secrets?: Record<string, string>;
  /**
   * For an engine that keeps what it is given: signs a URL under which the attempt fetches its secrets for itself, as
   * {@link FETCHER_HEADER} says. Absent without secrets, and where the backend offers no transfers.
   */
  signSecrets?(): Promise<SignedUrl>;
  resources: RequestedResources;
  network: 'none' | 'default';
  /** What the stage wrote under the executor's name, as `stageOptions` has read it. */
  options?: JsonObject;
  /** Seconds from start until the attempt is killed; the engine enforces it too. */
  timeoutSeconds: number;
  /** Bytes of log; an attempt that writes more is killed. */
  maxLogBytes: number;
  workspace: WorkspacePart[];
  /** Plain paths that `collect` will be asked for, `.` for the workspace; an executor may have them ready then. */
  results?: string[];
  /** Where an engine that stores results for itself puts them: one for each of `results`; absent where the backend offers no transfers. */
  uploads?: UploadTarget[];
}

/**
 * Where a submitted attempt is in its engine. The reason of the wait is in the engine's own words, or a code where the
 * executor knows it by itself; people read it.
 */
export type Phase =
  | { type: 'pending'; reason: string | Reason }
  /** `node` is the machine that a cluster chose. */
  | { type: 'running'; startedAt: string; node?: string };

export type PendingPhase = Extract<Phase, { type: 'pending' }>;

/**
 * What `collect` answers: a tar archive, or the digest under which the attempt uploaded it to the target of this very
 * path. The backend compares that digest with what it has stored for the attempt, so it need not be trusted.
 */
export type Collection = Readable | { digest: string };

/** A plain file in the workspace of an attempt that may go on writing to it. */
export interface GrowingFile {
  /** Plain, relative to the workspace. */
  path: string;
  size: number;
  /** The bytes from an offset on, as far as they are there. Read once, and before the next file is asked for. */
  read(offset: number): AsyncIterable<Buffer>;
}

/**
 * How an attempt ended. An answer that the executor does not understand, or an engine that cannot
 * be reached, is not an end: `observe` goes on waiting.
 */
export type Outcome =
  | { type: 'exited'; exitCode: number }
  | {
      type: 'killed';
      reason:
        | 'timeout'
        | 'out-of-memory'
        | 'cancelled'
        | 'preempted'
        | 'log-limit';
    }
  /** The attempt is gone and its end is unknown: the machine was restarted, the container was removed. */
  | { type: 'lost'; reason: string | Reason };

/** Bytes of an attempt's log. `offset` counts the bytes before them since the attempt's start. */
export interface LogChunk {
  offset: number;
  data: Buffer;
}

/** An attempt of which something is in an engine, whether or not it runs. */
export interface FoundAttempt {
  attemptId: string;
  node: string;
  /** Nobody but this portal makes anything there: what the portal does not know is left over from it all the same. */
  isOwn: boolean;
}

export interface NodeInfo {
  /** Unique among all executors and all machines that share the database. */
  name: string;
  /**
   * Who decides when an attempt starts. On a node of the portal, which is what is meant where nothing is said, the
   * placement reserves what the attempt needs and it starts at once. A cluster has a scheduler of its own: attempts are
   * submitted at once, and it decides.
   */
  scheduling?: 'portal' | 'cluster';
  /** Attempts that may be in a cluster at a time, pending ones too; any number if absent. */
  maxSubmitted?: number;
  labels: Record<string, string>;
  /** For a cluster: what the largest attempt may ask for. */
  capacity: NodeResources;
  /**
   * The GPUs one by one, as many as `capacity.gpus`, where the portal is to say which of them an attempt gets. A device
   * that several nodes list by the same UUID is given once.
   */
  gpuDevices?: GpuDevice[];
  /** False where images cannot be built, although the executor builds some elsewhere. */
  buildsImages?: boolean;
  health: 'healthy' | 'unreachable';
  /** What is wrong and what to do about it. */
  message?: string;
}

/**
 * Runs attempts somewhere.
 *
 * Call order: `submit` once per attempt, then `observe` and `readLogs` side by side, then
 * `collect` for what the stage declared, then `cleanup`. After a restart of the backend the
 * engine starts again at `submit` (if no handle was stored) or at `observe` and `readLogs`.
 * When `submit` keeps failing, `withdraw` comes before another attempt of the stage does.
 *
 * Obligations:
 * - Every call may be repeated with the same arguments, also by another replica, and then has the
 *   same effect as one call. Two calls of `submit` for one attempt start it once.
 * - What runs outlives the backend's process.
 * - A `submit` whose answer was lost is repeated, perhaps by another process: the attempt still runs once.
 * - `observe` and `readLogs` reject with an AbortError once their signal aborts, and leave the attempt alone.
 * - An unknown state, a dropped watch, an engine out of reach are never an end. An end needs evidence.
 * - An engine that cannot be reached makes `submit` and `collect` reject with an error that says
 *   what to do; it never produces an outcome.
 */
export interface Executor extends ExecutorRules {
  /**
   * What stages and environments call it, and where its settings stand: `modelCi.executors.<name>`. Lower-case letters,
   * digits and hyphens.
   */
  readonly name: string;

  /**
   * Puts the workspace in place and starts the attempt. Rejects with `InputError` where the stage is to blame (no such
   * image). What takes long before the start, such as pulling an image, is reported as a phase; its time does not count
   * towards the limit.
   *
   * Once the signal aborts, nobody needs the attempt to be started: a `submit` that waits without limit, such as for a
   * quota, rejects with an AbortError then. As after any call that failed, `withdraw` makes sure that nothing runs.
   */
  submit(
    spec: AttemptSpec,
    onPhase?: (phase: PendingPhase) => void,
    signal?: AbortSignal,
  ): Promise<Handle>;

  /**
   * Waits for the end. Cheap while waiting, for thousands of attempts at once. An executor of a cluster reports the
   * phase when the wait begins and whenever it changes; one that reports none starts attempts in `submit`. The time
   * limit counts from `running`.
   */
  observe(
    handle: Handle,
    signal: AbortSignal,
    onPhase?: (phase: Phase) => void,
  ): Promise<Outcome>;

  /**
   * Log from `offset` on, stdout and stderr merged in the order of writing. Follows a running
   * attempt and ends once the attempt has ended and everything was read.
   */
  readLogs(
    handle: Handle,
    offset: number,
    signal: AbortSignal,
  ): AsyncIterable<LogChunk>;

  /**
   * A tar archive of one path of the finished attempt's workspace; its entries are named relative to
   * the workspace. Rejects with `NotFoundError` if nothing is there. Links that leave the workspace are refused.
   * Rejects with `ResultsLostError` only where the whole workspace is gone for good, by the engine's own word: the
   * attempt is lost then. After any other error it is asked again, for as long as it takes.
   * Where the attempt has uploaded it to the target for this very path, the digest may be answered instead.
   * A folder comes before what is in it, which is in the order of the bytes of its names; times are those in the
   * workspace. So equal content gives equal archives, and what the attempt has written can be separated from what it was given.
   */
  collect(handle: Handle, path: string): Promise<Collection>;

  /**
   * The plain files at or below one path of the workspace while the attempt runs, for what is shown of it meanwhile.
   * Links are not followed, nothing but plain files is opened, and nothing waits for the attempt. Nothing where nothing
   * is there. Called again and again, at a slow beat; what is cut short by the signal rejects or ends. An executor
   * without it has such files read once the attempt has ended.
   */
  peek?(
    handle: Handle,
    path: string,
    signal: AbortSignal,
  ): AsyncIterable<GrowingFile>;

  /**
   * The image that the attempt runs in or ran in, for provenance; undefined where that cannot be known. Called at any
   * time between `submit` and `cleanup`. Nothing waits long for it, and no attempt fails by its failure.
   */
  imageOf?(handle: Handle): Promise<RanImage | undefined>;

  /**
   * What a build came to. Called once it has exited, before `cleanup`, and again where that fails: an exit with 0 has an
   * image. Undefined where nothing is known but the exit.
   */
  built?(handle: Handle): Promise<Built | undefined>;

  /**
   * What the GPUs of the attempt do just now, for what is recorded of them. Called every few seconds for every attempt
   * with GPUs while it runs, so a node has to be asked once for all of them. No attempt fails by its failure; an executor
   * without it has nothing recorded.
   */
  gpuReadings?(handle: Handle): Promise<GpuReading[]>;

  /** Kills the attempt with everything it started. Its `observe` then answers `killed` with this reason. */
  cancel(
    handle: Handle,
    reason: 'cancelled' | 'timeout' | 'log-limit',
  ): Promise<void>;

  /**
   * Makes sure that nothing of an attempt runs, nor is started any more by a `submit` of this process that is
   * still under way, and removes what is left. For an attempt that is given up without a handle: a `submit` that
   * failed may have started it. Harmless if there is nothing. Rejects while that cannot be made sure of.
   */
  withdraw(attempt: Pick<AttemptSpec, 'attemptId' | 'node'>): Promise<void>;

  /**
   * Removes what is left of an ended attempt: container, workspace, log. An image that it has built stays where
   * `keepsImage` says that somebody may run it; otherwise nobody ever will.
   */
  cleanup(handle: Handle, options?: { keepsImage?: boolean }): Promise<void>;

  /**
   * The attempts of which something is in the engine, for engines that can be asked for all of them at once. Called every
   * few minutes: what the backend has cleaned up before, and what is this portal's own and it does not know, is withdrawn.
   * Nothing waits for it, and nothing fails by its failure.
   */
  listAttempts?(): Promise<FoundAttempt[]>;

  /** The nodes of this executor, reachable or not. */
  inventory(): Promise<NodeInfo[]>;

  /** Present when the executor can also keep services alive for deployments. */
  readonly services?: ServiceHost;
}

export interface ServiceSpec {
  /** Unique for ever per start; a restart after a crash is a new one. */
  serviceId: string;
  deploymentId: string;
  pipelineRef: string;
  version: number;
  environment: string;
  node: string;
  /** Script for `sh -e`; finds the port to listen on in `$PORT`. */
  script: string;
  image?: string;
  /** Set where an earlier stage of the pipeline has built it. Only such an image may go by its id. */
  imageIsBuilt?: boolean;
  /** Port inside the container; the `process` host chooses a free one instead. */
  port: number;
  env: Record<string, string>;
  /** As for an attempt, as long as the service runs. */
  secrets?: Record<string, string>;
  resources: RequestedResources;
  /** What `serving` wrote under the executor's name, as `stageOptions` has read it. */
  options?: JsonObject;
  /** The URLs of its parts have no end of their own: they hold until the service is stopped. */
  workspace: WorkspacePart[];
  /** `GET` on this path answers 200 once it can be used, within so many seconds from its start. */
  health: string;
  startupSeconds: number;
  /** How many run side by side; more than one only where the host `scales`. With `autoscale`, at least. */
  replicas: number;
  autoscale?: {
    max: number;
    /** Percent of `resources.cpus` that each is to use. */
    cpu: number;
  };
}

/** How a host that keeps a service alive by itself gets on with it. */
export interface ServiceReplicas {
  /** So many can be used now. */
  ready: number;
  wanted: number;
  /** How often the host has started one of those that are there again. */
  restarts: number;
  /** Why not all are ready, in the engine's words, or a code where the host knows it by itself. */
  trouble?: string | Reason;
}

export type ServiceState =
  /** The engine has not started it yet, in its own words. No time limit counts; a host gives up by itself what is hopeless. */
  | { type: 'pending'; reason: string | Reason }
  /** `url` is where the service is, e.g. `http://127.0.0.1:41233`. The backend reaches it there, or by the host's `route`. */
  | {
      type: 'running';
      url: string;
      /** When it was started, where that is later than the answer of `start`. */
      startedAt?: string;
      /** Present where the host keeps it alive by itself: then it is running although it may crash. */
      replicas?: ServiceReplicas;
      /** What people have to know of it although it runs, such as that somebody has changed it in its engine. */
      notice?: Reason;
    }
  | { type: 'exited'; exitCode?: number; reason?: string | Reason }
  /** The engine cannot be asked right now; nothing follows from it. */
  | { type: 'unknown'; reason: string };

/** How requests get to a service that is not reached at its own URL. */
export interface ServiceRoute {
  /** Below it is what the service answers at `/`. */
  url: string;
  /** Beside those of the request: credentials of a gateway. Secret. */
  headers: Record<string, string>;
  tls: Pick<SecureContextOptions, 'ca' | 'cert' | 'key' | 'passphrase'> & {
    rejectUnauthorized?: boolean;
    servername?: string;
  };
  /** Why a gateway answered instead of the service; undefined for the service's own answers. */
  refusal?(status: number, body: string): string | undefined;
}

/**
 * Keeps services running. As with attempts, a service outlives the backend and every call may be repeated.
 */
export interface ServiceHost {
  /** Whether it can run several of a service side by side, and as many as their load asks for. */
  readonly scales?: boolean;
  start(spec: ServiceSpec): Promise<Handle>;
  inspect(handle: Handle): Promise<ServiceState>;
  /** The way to a service that `inspect` found running, by its handle; without it the way is its URL. Asked for each request. */
  route?(handle: Handle): Promise<ServiceRoute | undefined>;
  /** Up to `maxBytes` from the end of what the service wrote. */
  tailLog(handle: Handle, maxBytes: number): Promise<string>;
  /** Stops it (politely first, within ten seconds) and removes it. */
  stop(handle: Handle): Promise<void>;
  /**
   * Removes what a start has left whose handle nobody has, because no start succeeded. Harmless if there is nothing. With
   * a host that has none, the start is repeated to learn the handle.
   */
  withdraw?(service: Pick<ServiceSpec, 'serviceId' | 'node'>): Promise<void>;
}
