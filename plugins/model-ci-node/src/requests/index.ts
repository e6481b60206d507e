export { mistakeIn } from './mistakeIn';
export {
  BODY_RATE,
  LargeBodyError,
  openBody,
  StalledBodyError,
  type BodyLimits,
} from './openBody';
export { parseInput, readQuery, readRequest } from './readRequest';
export { countSchema, textSchema } from './schemas';
export { tellMistakes } from './tellMistakes';
export type { RequestPart } from './describeIssue';
