import type { ReactNode } from 'react';
import Button from '@material-ui/core/Button';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
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
      {errorMessage(error)}
      {children}
    </Alert>
  );
}

/** The message of the server where there is one, else the error's own. */
export function errorMessage(error: Error): string {
  const body: unknown = 'body' in error ? error.body : undefined;
  if (
    typeof body === 'object' &&
    body !== null &&
    'error' in body &&
    typeof body.error === 'object' &&
    body.error !== null &&
    'message' in body.error &&
    typeof body.error.message === 'string'
  ) {
    return body.error.message;
  }
  return error.message;
}
