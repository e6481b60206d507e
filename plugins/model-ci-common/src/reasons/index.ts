export { describeReason, type ReasonWords } from './describeReason';
export { quoted, reason, reasons, toReason } from './reason';
export { formatReason, parseReason, reasonSchema } from './storedReason';
export { REASON_TEXTS } from './texts';
export { toStorableText } from './toStorableText';
export type {
  Amount,
  NestedReason,
  ParametersOf,
  Reason,
  ReasonCode,
  ReasonParameter,
} from './types';
