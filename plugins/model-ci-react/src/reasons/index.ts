export { ReasonText } from './ReasonText';
export { useReasonText } from './useReasonText';
export { modelCiReasonsTranslationRef } from './translation';
