import type { ReactNode } from 'react';
import Button from '@material-ui/core/Button';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  reasonSchema,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useReasonText } from '../reasons';
import { modelCiReactTranslationRef } from '../translation';

/** An error in words, with a way to try again. */
export function ErrorNotice(props: {
  error: Error;
  title?: string;
  onRetry?: () => void;
  onClose?: () => void;
  children?: ReactNode;
}) {
  const { error, title, onRetry, onClose, children } = props;
  const { t } = useTranslationRef(modelCiReactTranslationRef);
  const describe = useReasonText();
  const reason = reasonOf(error);
  return (
    <Alert
      severity="error"
      variant="outlined"
      onClose={onClose}
      closeText={t('error.close')}
      action={
        onRetry && (
          <Button color="inherit" size="small" onClick={onRetry}>
            {t('error.retry')}
          </Button>
        )
      }
    >
      <AlertTitle>{title ?? t('error.title')}</AlertTitle>
      {reason ? describe(reason) : errorMessage(error)}
      {children}
    </Alert>
  );
}

/** The message of the server where there is one, else the error's own. */
export function errorMessage(error: Error): string {
  const answered = answeredError(error);
  return answered &&
    'message' in answered &&
    typeof answered.message === 'string'
    ? answered.message
    : error.message;
}

/** What the server gave as its reason, to be worded in the reader's language. */
function reasonOf(error: Error): Reason | undefined {
  const answered = answeredError(error);
  return answered && 'reason' in answered
    ? reasonSchema.safeParse(answered.reason).data
    : undefined;
}

function answeredError(error: Error): object | undefined {
  const body: unknown = 'body' in error ? error.body : undefined;
  return typeof body === 'object' &&
    body !== null &&
    'error' in body &&
    typeof body.error === 'object' &&
    body.error !== null
    ? body.error
    : undefined;
}
