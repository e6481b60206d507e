/** What the engine says of attempts, one function for each reason: parameters in, text out. */

export function collectingReason(error: string): string {
  return `It has ended; its results are being collected: ${error}`;
}

export function givenUpReason(by: string, reason: string): string {
  return `Its results could not be stored and were given up by ${by}: ${reason}`;
}

export function cancelledWhileCollectingReason(): string {
  return 'It was cancelled while its results were being collected.';
}

export function queueTimeoutReason(seconds: number): string {
  return `It was pending longer than its queueTimeout of ${seconds} seconds; raise the stage's queueTimeout, or ask the cluster's administrators why it does not start.`;
}

export function declaredLostReason(by: string, reason: string): string {
  return `Declared lost by ${by}: ${reason}`;
}

export function rescuedTooOftenReason(times: number): string {
  return `It was taken over ${times} times without getting on, so it is given up. Whether it still runs on its node is not known.`;
}
