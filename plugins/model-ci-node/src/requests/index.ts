export { invalidRequest } from './invalidRequest';
export {
  BODY_RATE,
  LargeBodyError,
  openBody,
  StalledBodyError,
  type BodyLimits,
} from './openBody';
export { onceClosed, type Closable } from './onceClosed';
export { parseInput, readQuery, readRequest } from './readRequest';
export { countSchema, textSchema } from './schemas';
export { explainInvalidRequests } from './explainInvalidRequests';
export type { RequestPart } from './describeIssue';
