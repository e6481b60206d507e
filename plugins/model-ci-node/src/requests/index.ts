export { mistakeIn } from './mistakeIn';
export { parseInput, readQuery, readRequest } from './readRequest';
export { countSchema, textSchema } from './schemas';
export { tellMistakes } from './tellMistakes';
export type { RequestPart } from './describeIssue';
