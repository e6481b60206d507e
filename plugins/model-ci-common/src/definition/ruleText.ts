import {
  formatReason,
  reason,
  type ParametersOf,
  type ReasonCode,
} from '../reasons';

/** What a schema says of a value that breaks its rule: a reason, in the text that the schema library keeps for it. */
export function ruleText<TCode extends ReasonCode>(
  code: TCode,
  ...parameters: keyof ParametersOf<TCode> extends never
    ? []
    : [parameters: ParametersOf<TCode>]
): string {
  return formatReason(reason(code, ...parameters));
}
