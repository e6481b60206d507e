export const SANDBOX_PREFIX = 'model-ci-net-';

/** Whether a container of this name holds a network of ours open. */
export function isSandboxName(name: string): boolean {
  return name.startsWith(SANDBOX_PREFIX);
}
