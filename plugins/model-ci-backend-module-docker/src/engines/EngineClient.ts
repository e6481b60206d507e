import type Docker from 'dockerode';
import type { EngineConfig } from '../config';

export interface EngineInfo {
  cpus: number;
  memoryBytes: number;
  /** As the kernel names it, e.g. `x86_64`. */
  architecture: string;
}

/** What the parts of an engine need of it: its containers' watch, its networks, its sweep. */
export interface EngineClient {
  readonly name: string;
  readonly config: EngineConfig;

  /** Calls the engine; an error says what failed and what to do about it. */
  call<T>(request: (docker: Docker) => Promise<T>): Promise<T>;

  /** Calls the engine where the caller decides by the status of a failure. */
  raw<T>(request: (docker: Docker) => Promise<T>): Promise<T>;

  /** What the engine has; asked once, then remembered. */
  info(): Promise<EngineInfo>;
}
