import Button from '@material-ui/core/Button';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { gitHostTranslationRef } from '../../translation';

/** An error in words, with a way to try again. */
export function ErrorNotice(props: {
  error: Error;
  title?: string;
  onRetry?: () => void;
}) {
  const { error, title, onRetry } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  return (
    <Alert
      severity="error"
      variant="outlined"
      action={
        onRetry && (
          <Button color="inherit" size="small" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        )
      }
    >
      <AlertTitle>{title ?? t('common.loadFailed')}</AlertTitle>
      {messageOf(error)}
    </Alert>
  );
}

/** The message of the server where there is one, else the error's own. */
function messageOf(error: Error): string {
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
